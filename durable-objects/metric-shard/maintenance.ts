import { type SealedDay, sealCells } from "../../workers/monitoring/head/seal.ts";
import { isOverfull, sealDueAt } from "../../workers/monitoring/head/sealing-plan.ts";
import { roomAt, seriesToEvict } from "../../workers/monitoring/head/series-room.ts";
import { dayOf } from "../../workers/monitoring/head/shard-settings.ts";
import {
  areMany,
  closeAt,
  coldAt,
  coldNow,
  dropAt,
  leastSources,
  MOST_SOURCES,
  type PlannedBlock,
  rollupsFor,
} from "../../workers/monitoring/head/upkeep-plan.ts";
import type { BlobRef, Block, BlockLevel } from "./block-store.ts";
import type { ColdStore } from "./cold-store.ts";
import { GarbageStore } from "./garbage-store.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import type { Shard } from "./shard.ts";

/** What failed is tried again after so many milliseconds. */
const RETRY_MS = 60_000;

/**
 * What is done to a shard beside taking and giving samples. Everything is sliced, so that others need not wait, and
 * every step ends in one transaction: whatever is stopped is done again from its beginning.
 */
export class Maintenance {
  readonly #storage: DurableObjectStorage;
  readonly #shard: Shard;
  readonly #cold: ColdStore;
  readonly #garbage: GarbageStore;
  #sealing: { slices: Generator<undefined, SealedDay[]>; mark: { sequence: number; series: number } } | null =
    null;
  #upkeepAt = 0;
  #notBefore = 0;
  #roomSoughtAt = 0;
  #isStopped = false;

  constructor(storage: DurableObjectStorage, shard: Shard, cold: ColdStore) {
    this.#storage = storage;
    this.#shard = shard;
    this.#cold = cold;
    this.#garbage = new GarbageStore(storage.sql);
    this.planUpkeep();
  }

  /** When something is to be done, in milliseconds since 1970; Infinity when nothing is. */
  dueAt(): number {
    return Math.max(Math.min(this.#sealDueAt(), this.#upkeepAt), this.#notBefore);
  }

  /** Does what is due. */
  async run(): Promise<void> {
    if (this.#upkeepAt <= Date.now()) this.#drop();
    while (this.#sealing !== null || this.#sealDueAt() <= Date.now()) {
      if (this.#sealing === null) this.#beginSeal();
      this.#sealSlice();
      await scheduler.wait(0);
    }
    if (this.#upkeepAt > Date.now()) return;
    await this.#mergeDay();
    this.#drop();
    await this.#moveDays();
    await this.#collectGarbage();
    this.planUpkeep();
  }

  /** Seals at once where appending has overtaken the alarm: memory is bounded. */
  sealIfOverfull(): void {
    const { head } = this.#shard;
    if (!isOverfull(this.#headState(), this.#shard.settings)) return;
    while (this.#sealing !== null) this.#sealSlice();
    if (head.cells.samples > 0) this.#beginSeal();
    while (this.#sealing !== null) this.#sealSlice();
  }

  /** Looks anew when something other than sealing is due: blocks or settings have changed. */
  planUpkeep(): void {
    const { blocks, settings, head } = this.#shard;
    const all = blocks.all.map(planned);
    const times = all.flatMap((block) => [dropAt(block, settings), coldAt(block, settings)]);
    if (coldNow(all, settings, Date.now()).length > 0) times.push(0);
    for (const raw of rawByDay(blocks.all).values()) {
      const known = raw.map(planned);
      times.push(areMany(known) ? 0 : closeAt(known, settings));
    }
    if (this.#garbage.some().length > 0) times.push(0);
    times.push(roomAt(head.table, settings, this.#isHeld));
    this.#upkeepAt = times.reduce((soonest, time) => Math.min(soonest, time), Number.POSITIVE_INFINITY);
  }

  /** Series were refused: looks whether others can make room, not each time, since it takes a walk over all of them. */
  seekRoom(): void {
    const now = Date.now();
    if (now < this.#roomSoughtAt + RETRY_MS) return;
    this.#roomSoughtAt = now;
    this.planUpkeep();
  }

  /** After a failure: tries again, but not at once. */
  postpone(): void {
    this.#notBefore = Date.now() + RETRY_MS;
  }

  /** What is in memory was made anew: nothing of what is under way here may be stored. */
  stop(): void {
    this.#isStopped = true;
  }

  readonly #isHeld = (series: number): boolean => {
    const { cells, frozen } = this.#shard.head;
    return cells.has(series) || frozen?.has(series) === true;
  };

  #headState() {
    const { head, wal } = this.#shard;
    return {
      load: head.cells.load,
      walBytes: wal.bytes,
      ...(wal.writtenAt ?? { oldest: 0, newest: 0 }),
    };
  }

  #sealDueAt(): number {
    if (this.#sealing !== null) return 0;
    if (this.#shard.head.cells.samples === 0) return Number.POSITIVE_INFINITY;
    return sealDueAt(this.#headState(), this.#shard.settings);
  }

  #beginSeal(): void {
    const mark = this.#shard.freeze();
    const { frozen } = this.#shard.head;
    if (frozen !== null) this.#sealing = { slices: sealCells(frozen), mark };
  }

  #sealSlice(): void {
    const sealing = this.#sealing;
    if (sealing === null) return;
    const step = sealing.slices.next();
    if (step.done !== true) return;
    const { blocks } = this.#shard;
    this.#commit(() => {
      for (const { blobs, ...sealed } of step.value) {
        // The day was dropped while these waited.
        if (sealed.day <= blocks.newestRolledDay) continue;
        blocks.insert({
          ...sealed,
          resolution: "raw",
          level: 0,
          sequence: blocks.newestSequence + 1,
          madeAt: Date.now(),
          blobs: blocks.writeBlobs(blobs),
        });
      }
      this.#shard.release(sealing.mark);
    });
    this.#sealing = null;
    this.planUpkeep();
  }

  #drop(): void {
    this.#dropDays();
    this.#makeRoom();
  }

  /** Drops days that are too old, once they are rolled up, and the series of which nothing is left. */
  #dropDays(): void {
    const { blocks, settings, head } = this.#shard;
    const now = Date.now();
    const raw = rawByDay(blocks.all);
    const isPacked = (day: number) => raw.get(day)?.every(({ level }) => level === 2);
    const old = blocks.all.filter(
      (block) =>
        dropAt(planned(block), settings) <= now && (block.resolution !== "raw" || isPacked(block.day)),
    );
    if (old.length === 0) return;
    this.#commit(() => {
      for (const block of old) this.#delete(block);
      const oldest = blocks.all.reduce((day, block) => Math.min(day, block.day), Number.POSITIVE_INFINITY);
      this.#shard.dropSeries((series) => dayOf(head.table.last(series)) < oldest && !this.#isHeld(series));
    });
  }

  #makeRoom(): void {
    const { head, settings } = this.#shard;
    const evicted = seriesToEvict(head.table, settings, this.#isHeld, Date.now());
    if (evicted.size > 0) this.#commit(() => this.#shard.evictSeries(evicted));
  }

  /** Packs one day of those that are due; the next one is the next alarm's, whose time for computing is its own. */
  async #mergeDay(): Promise<void> {
    const { blocks, settings } = this.#shard;
    const now = Date.now();
    for (const [day, raw] of rawByDay(blocks.all)) {
      const known = raw.map(planned);
      if (closeAt(known, settings) <= now) {
        if (raw.length <= MOST_SOURCES) return this.#merge(day, raw, 2, rollupsFor(known, settings));
        return this.#merge(day, leastSources(raw.filter(({ level }) => level < 2)), 1, []);
      }
      const small = raw.filter(({ level }) => level === 0);
      if (areMany(known)) return this.#merge(day, small, 1, []);
    }
  }

  async #merge(
    day: number,
    sources: readonly Block[],
    level: BlockLevel,
    resolutions: ReturnType<typeof rollupsFor>,
  ): Promise<void> {
    const { blocks } = this.#shard;
    const merged = await mergeBlocks(sources, resolutions, {
      read: (block, ref) => this.#readBlob(block, ref),
      write: (blobs) => this.#commit(() => blocks.writeBlobs(blobs)),
      pause: () => scheduler.wait(0),
    });
    const sequence = sources.reduce((newest, block) => Math.max(newest, block.sequence), 0);
    const madeAt = sources.reduce((newest, block) => Math.max(newest, block.madeAt), 0);
    const replaced = [
      ...sources,
      ...blocks.all.filter((block) => block.day === day && block.resolution !== "raw" && level === 2),
    ];
    this.#commit(() => {
      for (const block of replaced) this.#delete(block);
      for (const block of merged) {
        if (block.blobs.length > 0) blocks.insert({ ...block, day, level, sequence, madeAt });
      }
    });
  }

  /** Objects are put before the manifest says so, and rows deleted with it. */
  async #moveDays(): Promise<void> {
    const { blocks, settings } = this.#shard;
    const due = coldNow(
      blocks.all.map((block) => ({ ...planned(block), block })),
      settings,
      Date.now(),
    );
    for (const { block } of due) {
      this.#commit(() => blocks.move(block, "moving"));
      await this.#cold.put(block, (ref) => blocks.read(ref.blob));
      this.#commit(() => blocks.move(block, "cold"));
    }
  }

  async #collectGarbage(): Promise<void> {
    for (let keys = this.#garbage.some(); keys.length > 0; keys = this.#garbage.some()) {
      await this.#cold.delete(keys);
      const deleted = keys;
      this.#commit(() => this.#garbage.remove(deleted));
    }
  }

  async #readBlob(block: Block, ref: BlobRef): Promise<Uint8Array> {
    if (block.place !== "cold") return this.#shard.blocks.read(ref.blob);
    const bytes = await this.#cold.get(block, ref);
    if (bytes === null) throw new Error(`An object of the cold block ${block.id} is missing.`);
    return bytes;
  }

  /** Objects of a block that was being moved may be there, too. */
  #delete(block: Block): void {
    if (block.place !== "local") this.#garbage.add(this.#cold.keysOf(block));
    this.#shard.blocks.delete(block);
  }

  #commit<Result>(change: () => Result): Result {
    if (this.#isStopped) throw new Error("The shard was read anew meanwhile.");
    return this.#storage.transactionSync(change);
  }
}

function planned({ place, ...block }: Block): PlannedBlock {
  const bytes = block.blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  return { ...block, bytes, isCold: place === "cold" };
}

function rawByDay(blocks: readonly Block[]): Map<number, Block[]> {
  return Map.groupBy(
    blocks.filter(({ resolution }) => resolution === "raw"),
    ({ day }) => day,
  );
}
