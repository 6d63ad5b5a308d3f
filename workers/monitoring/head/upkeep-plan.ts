import { DAY, HOUR, RESOLUTIONS, type Resolution, type ShardSettings } from "./shard-settings.ts";

/** What a plan needs to know of a block. */
export interface PlannedBlock {
  readonly day: number;
  readonly resolution: Resolution;
  readonly level: 0 | 1 | 2;
  readonly isCold: boolean;
  /** When the newest of its samples were sealed, in milliseconds since 1970. */
  readonly madeAt: number;
  readonly samples: number;
  readonly series: number;
  readonly bytes: number;
}

/** A day is packed as a whole when this long nothing of it was sealed: what comes late does not come alone. */
const QUIET_MS = HOUR;
/** So many small blocks of a day are merged before it is over. */
const MANY_BLOCKS = 8;
/** Of the 10 GB that a Durable Object may store. A day that is packed takes its room twice for a while. */
const MOST_LOCAL_BYTES = 4 * 1024 ** 3;
/** So many blocks are read at once at most: one takes up to a megabyte of memory meanwhile. */
export const MOST_SOURCES = 16;
/** Rollups with fewer samples a bucket are as large as the samples. */
const SAMPLES_A_BUCKET = 8;

/** When a block's day is dropped, in milliseconds since 1970: whole, as soon as all of it is too old. */
export function dropAt(
  { day, resolution }: Pick<PlannedBlock, "day" | "resolution">,
  { retentionDays }: ShardSettings,
): number {
  return (day + 1 + retentionDays[resolution]) * DAY;
}

/**
 * When a block is moved to the object store; never where it is there, is still to be merged, or is of buckets so long
 * that queries over years would fetch thousands of small objects.
 */
export function coldAt(block: PlannedBlock, { coldAfterDays }: ShardSettings): number {
  if (block.isCold || block.level < 2 || RESOLUTIONS[block.resolution] >= HOUR)
    return Number.POSITIVE_INFINITY;
  return (block.day + 1 + coldAfterDays) * DAY;
}

/** The blocks to be moved now: those whose time has come, and the oldest before their time where room is short. */
export function coldNow<Block extends PlannedBlock>(
  blocks: readonly Block[],
  settings: ShardSettings,
  now: number,
  mostLocalBytes = MOST_LOCAL_BYTES,
): Block[] {
  let excess = blocks.reduce((sum, { isCold, bytes }) => (isCold ? sum : sum + bytes), -mostLocalBytes);
  const movable = blocks.filter((block) => coldAt(block, settings) < Number.POSITIVE_INFINITY);
  return movable
    .sort((a, b) => a.day - b.day)
    .filter((block) => {
      if (coldAt(block, settings) > now && excess <= 0) return false;
      excess -= block.bytes;
      return true;
    });
}

/** When the raw blocks of one day are packed into one and rolled up, never where they are; at the latest to be dropped. */
export function closeAt(blocks: readonly PlannedBlock[], settings: ShardSettings): number {
  const fresh = blocks.filter(({ level }) => level < 2);
  const newest = fresh.reduce((latest, { madeAt }) => Math.max(latest, madeAt), 0);
  const [first] = fresh;
  if (first === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(Math.max((first.day + 1) * DAY, newest) + QUIET_MS, dropAt(first, settings));
}

/** Whether the small blocks of one day are to be merged although more may come. */
export function areMany(blocks: readonly PlannedBlock[]): boolean {
  return blocks.filter(({ level }) => level === 0).length >= MANY_BLOCKS;
}

/** Of many blocks, as many that follow each other as may be merged at once, those with the fewest samples. */
export function leastSources<Block extends Pick<PlannedBlock, "samples">>(
  blocks: readonly Block[],
): readonly Block[] {
  const samples = (from: number) =>
    blocks.slice(from, from + MOST_SOURCES).reduce((sum, block) => sum + block.samples, 0);
  let least = 0;
  for (let from = 1; from + MOST_SOURCES <= blocks.length; from++)
    if (samples(from) < samples(least)) least = from;
  return blocks.slice(least, least + MOST_SOURCES);
}

/**
 * The rollups that are stored of a day. A resolution that is not kept longer than the samples, and has about as many
 * buckets, is left out: it is made of the samples when it is read.
 */
export function rollupsFor(
  blocks: readonly PlannedBlock[],
  { retentionDays }: ShardSettings,
): Exclude<Resolution, "raw">[] {
  const samples = blocks.reduce((sum, block) => sum + block.samples, 0);
  const series = blocks.reduce((most, block) => Math.max(most, block.series), 1);
  const intervalMs = (DAY * series) / Math.max(1, samples);
  return (["1m", "5m", "1h", "1d"] as const).filter(
    (resolution) =>
      retentionDays[resolution] > 0 &&
      (retentionDays[resolution] > retentionDays.raw ||
        RESOLUTIONS[resolution] >= SAMPLES_A_BUCKET * intervalMs),
  );
}
