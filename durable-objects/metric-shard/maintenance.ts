import { type SealedDay, sealCells } from "../../workers/monitoring/head/seal.ts";
import { isOverfull, sealDueAt } from "../../workers/monitoring/head/sealing-plan.ts";
import { roomAt, seriesToEvict } from "../../workers/monitoring/head/series-room.ts";
import { dayOf } from "../../workers/monitoring/head/shard-settings.ts";
import { coldAt, coldNow, dropAt } from "../../workers/monitoring/head/upkeep-plan.ts";
import type { Block } from "./block-store.ts";
import type { ColdStore } from "./cold-store.ts";
import { Commits } from "./commits.ts";
import type { DamagedBlockError } from "./damaged-block-error.ts";
import { DayMerging } from "./day-merging.ts";
import { GarbageStore } from "./garbage-store.ts";
import { mergeableByDay, planned } from "./planned-blocks.ts";
import type { SealMark, Shard } from "./shard.ts";

/** What failed is tried again after so many milliseconds. */
const RETRY_MS = 60_000;

/**
 * What is done to a shard beside taking and giving samples. Everything is sliced, so that others need not wait, and
 * every step ends in one transaction: whatever is stopped is done again from its beginning.
 */
export class Maintenance {
  readonly #shard: Shard;
  readonly #cold: ColdStore;
  readonly #garbage: GarbageStore;
  readonly #commits: Commits;
  readonly #merging: DayMerging;
  #sealing: { slices: Generator<undefined, SealedDay[]>; mark: SealMark } | null = null;
  #upkeepAt = 0;
  #notBefore = 0;
  #roomSoughtAt = 0;

  /** @param noteDamage is told of a block that cannot be read, once */
  constructor(
    storage: DurableObjectStorage,
    shard: Shard,
    cold: ColdStore,
    noteDamage: (error: DamagedBlockError) => void,
  ) {
    this.#shard = shard;
    this.#cold = cold;
    this.#garbage = new GarbageStore(storage.sql);
    this.#commits = new Commits(storage);
    this.#merging = new DayMerging(shard, cold, this.#commits, {
      delete: (block) => this.#delete(block),
      noteDamage,
    });
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
    await this.#merging.mergeDay();
    this.#drop();
    await this.#moveDays();
    await this.#collectGarbage();
    this.planUpkeep();
  }

  /** Seals at once where appending has overtaken the alarm: memory is bounded. */
  sealIfOverfull(): void {
    const { wal, settings } = this.#shard;
    if (!isOverfull(this.#headState(), settings)) return;
    while (this.#sealing !== null) this.#sealSlice();
    if (wal.bytes > 0) this.#beginSeal();
    while (this.#sealing !== null) this.#sealSlice();
  }

  /** Looks anew when something other than sealing is due: blocks or settings have changed. */
  planUpkeep(): void {
    const { blocks, settings, head } = this.#shard;
    const all = blocks.all.map(planned);
    const times = all.flatMap((block) => [dropAt(block, settings), coldAt(block, settings)]);
    if (coldNow(all, settings, Date.now()).length > 0) times.push(0);
    if (this.#garbage.some().length > 0) times.push(0);
    times.push(this.#merging.dueAt(), roomAt(head.table, settings, this.#isHeld));
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

  /** Whether what is in memory may not be what is stored, as after a transaction that failed. */
  get hasDiverged(): boolean {
    return this.#commits.hasFailed;
  }

  /** What is in memory was made anew: nothing of what is under way here may be stored. */
  stop(): void {
    this.#commits.stop();
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
    if (this.#shard.wal.bytes === 0) return Number.POSITIVE_INFINITY;
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
    const isSealed = this.#commits.commit(() => {
      const step = sealing.slices.next();
      if (step.done === true) this.#storeSealed(step.value, sealing.mark);
      return step.done === true;
    });
    if (!isSealed) return;
    this.#sealing = null;
    this.planUpkeep();
  }

  #storeSealed(days: readonly SealedDay[], mark: SealMark): void {
    const { blocks } = this.#shard;
    for (const { blobs, ...sealed } of days) {
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
    this.#shard.release(mark);
  }

  #drop(): void {
    this.#dropDays();
    this.#makeRoom();
  }

  /** Drops days that are too old, once they are rolled up, and the series of which nothing is left. */
  #dropDays(): void {
    const { blocks, settings, head } = this.#shard;
    const now = Date.now();
    const raw = mergeableByDay(blocks.all);
    const isPacked = (day: number) => raw.get(day)?.every(({ level }) => level === 2) ?? true;
    const old = blocks.all.filter(
      (block) =>
        dropAt(planned(block), settings) <= now && (block.resolution !== "raw" || isPacked(block.day)),
    );
    if (old.length === 0) return;
    this.#commits.commit(() => {
      for (const block of old) this.#delete(block);
      const oldest = blocks.all.reduce((day, block) => Math.min(day, block.day), Number.POSITIVE_INFINITY);
      this.#shard.dropSeries((series) => dayOf(head.table.last(series)) < oldest && !this.#isHeld(series));
    });
  }

  #makeRoom(): void {
    const { head, settings } = this.#shard;
    const evicted = seriesToEvict(head.table, settings, this.#isHeld, Date.now());
    if (evicted.size > 0) this.#commits.commit(() => this.#shard.evictSeries(evicted));
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
      this.#commits.commit(() => blocks.move(block, "moving"));
      await this.#cold.put(block, (ref) => blocks.read(ref.blob));
      this.#commits.commit(() => blocks.move(block, "cold"));
    }
  }

  async #collectGarbage(): Promise<void> {
    for (let keys = this.#garbage.some(); keys.length > 0; keys = this.#garbage.some()) {
      await this.#cold.delete(keys);
      const deleted = keys;
      this.#commits.commit(() => this.#garbage.remove(deleted));
    }
  }

  /** Objects of a block that was being moved may be there, too. */
  #delete(block: Block): void {
    if (block.place !== "local") this.#garbage.add(this.#cold.keysOf(block));
    this.#shard.blocks.delete(block);
  }
}
