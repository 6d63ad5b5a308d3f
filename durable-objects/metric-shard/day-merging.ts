import {
  areMany,
  closeAt,
  leastSources,
  MOST_SOURCES,
  rollupsFor,
} from "../../workers/monitoring/head/upkeep-plan.ts";
import type { BlobRef, Block, BlockLevel } from "./block-store.ts";
import type { ColdStore } from "./cold-store.ts";
import type { Commits } from "./commits.ts";
import { DamagedBlockError } from "./damaged-block-error.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import { mergeableByDay, planned } from "./planned-blocks.ts";
import type { Shard } from "./shard.ts";

export interface DayMergingPorts {
  /** Deletes a block, wherever it is. */
  delete(block: Block): void;
  /** Is told of a block that is set aside, once. */
  noteDamage(error: DamagedBlockError): void;
}

interface Merge {
  readonly day: number;
  readonly sources: readonly Block[];
  readonly level: BlockLevel;
  readonly resolutions: ReturnType<typeof rollupsFor>;
}

/**
 * Merges the blocks of a day, and rolls them up once it is over. A block that cannot be read is set aside: it stays
 * for as long as samples are kept, queries that meet its damage fail, and the rest of its day is merged without it.
 */
export class DayMerging {
  readonly #shard: Shard;
  readonly #cold: ColdStore;
  readonly #commits: Commits;
  readonly #ports: DayMergingPorts;

  constructor(shard: Shard, cold: ColdStore, commits: Commits, ports: DayMergingPorts) {
    this.#shard = shard;
    this.#cold = cold;
    this.#commits = commits;
    this.#ports = ports;
  }

  /** When a day is to be merged, in milliseconds since 1970. */
  dueAt(): number {
    const { blocks, settings } = this.#shard;
    let soonest = Number.POSITIVE_INFINITY;
    for (const raw of mergeableByDay(blocks.all).values()) {
      const known = raw.map(planned);
      soonest = Math.min(soonest, areMany(known) ? 0 : closeAt(known, settings));
    }
    return soonest;
  }

  /** Merges one day of those that are due; the next one is the next alarm's, whose time for computing is its own. */
  async mergeDay(): Promise<void> {
    const due = this.#nextMerge();
    if (due === null) return;
    try {
      await this.#merge(due);
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      this.#commits.commit(() => this.#shard.blocks.setAside(error.block));
      this.#ports.noteDamage(error);
    }
  }

  #nextMerge(): Merge | null {
    const { blocks, settings } = this.#shard;
    for (const [day, raw] of mergeableByDay(blocks.all)) {
      const known = raw.map(planned);
      if (closeAt(known, settings) <= Date.now()) {
        if (raw.length > MOST_SOURCES) {
          const sources = leastSources(raw.filter(({ level }) => level < 2));
          return { day, sources, level: 1, resolutions: [] };
        }
        const resolutions = this.#keepsRollups(day) ? [] : rollupsFor(known, settings);
        return { day, sources: raw, level: 2, resolutions };
      }
      if (areMany(known)) {
        return { day, sources: raw.filter(({ level }) => level === 0), level: 1, resolutions: [] };
      }
    }
    return null;
  }

  /** What was rolled up of a day before its samples were damaged is more than what is left to be rolled up. */
  #keepsRollups(day: number): boolean {
    return this.#shard.blocks.all.some(
      (block) => block.day === day && block.level === 2 && block.isDamaged === true,
    );
  }

  async #merge({ day, sources, level, resolutions }: Merge): Promise<void> {
    const { blocks } = this.#shard;
    const written: BlobRef[] = [];
    const merging = mergeBlocks(sources, resolutions, {
      read: (block, ref) => this.#read(block, ref),
      write: (blobs) => {
        const refs = this.#commits.commit(() => blocks.writeBlobs(blobs));
        written.push(...refs);
        return refs;
      },
      pause: () => scheduler.wait(0),
    });
    const merged = await merging.catch((error: unknown) => {
      this.#commits.commit(() => blocks.discard(written));
      throw error;
    });
    const sequence = sources.reduce((newest, block) => Math.max(newest, block.sequence), 0);
    const madeAt = sources.reduce((newest, block) => Math.max(newest, block.madeAt), 0);
    const isRolledAnew = level === 2 && !this.#keepsRollups(day);
    const replaced = blocks.all.filter(
      (block) => sources.includes(block) || (isRolledAnew && block.day === day && block.resolution !== "raw"),
    );
    this.#commits.commit(() => {
      for (const block of replaced) this.#ports.delete(block);
      for (const block of merged) {
        if (block.blobs.length > 0) blocks.insert({ ...block, day, level, sequence, madeAt });
      }
    });
  }

  async #read(block: Block, ref: BlobRef): Promise<Uint8Array> {
    if (block.place !== "cold") return this.#shard.blocks.read(ref.blob);
    const bytes = await this.#cold.get(block, ref);
    if (bytes === null) throw new DamagedBlockError(block, "One of its objects is missing.");
    return bytes;
  }
}
