import type { Samples } from "../model/samples.ts";
import { nearbyDecimal } from "./decimal.ts";

/**
 * A series in buckets, in columns, ascending by start; a bucket without samples has no row. Bucket b holds the samples
 * with `start <= time < start + resolution`; starts are multiples of the resolution, counted from 1970. Floats only:
 * NaN of any kind, stale markers among them, and histograms are left out.
 */
export interface RollupColumns {
  /** Milliseconds. */
  readonly resolution: number;
  /** Milliseconds since 1970, as are firstTime and lastTime. */
  readonly start: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  /**
   * From the first to the last sample within the bucket, a fall counted as a counter that began anew at zero
   * (Prometheus' increase() without extrapolation, promql/functions.go: last - first + what was lost at resets).
   * Between two buckets, {@link increaseBetween} their last and first value is to be added.
   */
  readonly increase: Float64Array;
}

export const COLUMN_NAMES = [
  "start",
  "count",
  "sum",
  "min",
  "max",
  "first",
  "last",
  "firstTime",
  "lastTime",
  "increase",
] as const satisfies readonly (keyof RollupColumns)[];
export type ColumnName = (typeof COLUMN_NAMES)[number];

/** What a counter rose by from one value to the next: after a reset, all that it shows. */
export function increaseBetween(before: number, after: number): number {
  return after < before ? after : after - before;
}

/** What a counter rose by from its first value to its last, given the sum of the values that resets took from it. */
export function increaseWithin(first: number, last: number, lost: number): number {
  return nearbyDecimal(last - first + lost, Math.max(Math.abs(first), Math.abs(last), lost));
}

/**
 * Rolls samples of one series up. Sums and increases of decimals are decimals: see {@link nearbyDecimal}.
 *
 * @param resolution the length of a bucket in milliseconds
 */
export function rollUp(samples: Samples, resolution: number): RollupColumns {
  const { times, values, length } = samples;
  const rollup = makeRollup(resolution, countBuckets(samples, resolution));
  let row = -1;
  let end = Number.NEGATIVE_INFINITY;
  let lost = 0;
  for (let i = 0; i < length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const time = times[i] ?? 0;
    if (time >= end) {
      finish(rollup, row, lost);
      row += 1;
      lost = 0;
      const start = bucketOf(time, resolution);
      end = start + resolution;
      begin(rollup, row, start, time, value);
      continue;
    }
    const last = rollup.last[row] ?? 0;
    if (value < last) lost += last;
    rollup.count[row] = (rollup.count[row] ?? 0) + 1;
    rollup.sum[row] = (rollup.sum[row] ?? 0) + value;
    if (value < (rollup.min[row] ?? 0)) rollup.min[row] = value;
    if (value > (rollup.max[row] ?? 0)) rollup.max[row] = value;
    rollup.last[row] = value;
    rollup.lastTime[row] = time;
  }
  finish(rollup, row, lost);
  return rollup;
}

/** Columns of zeros. */
export function makeRollup(resolution: number, rows: number): RollupColumns {
  const column = () => new Float64Array(rows);
  return {
    resolution,
    start: column(),
    count: column(),
    sum: column(),
    min: column(),
    max: column(),
    first: column(),
    last: column(),
    firstTime: column(),
    lastTime: column(),
    increase: column(),
  };
}

export function copyRow(from: RollupColumns, i: number, into: RollupColumns, row: number): void {
  into.start[row] = from.start[i] ?? 0;
  into.count[row] = from.count[i] ?? 0;
  into.sum[row] = from.sum[i] ?? 0;
  into.min[row] = from.min[i] ?? 0;
  into.max[row] = from.max[i] ?? 0;
  into.first[row] = from.first[i] ?? 0;
  into.last[row] = from.last[i] ?? 0;
  into.firstTime[row] = from.firstTime[i] ?? 0;
  into.lastTime[row] = from.lastTime[i] ?? 0;
  into.increase[row] = from.increase[i] ?? 0;
}

/** The start of the bucket that a time falls into. */
export function bucketOf(time: number, resolution: number): number {
  return Math.floor(time / resolution) * resolution;
}

function begin(rollup: RollupColumns, row: number, start: number, time: number, value: number): void {
  rollup.start[row] = start;
  rollup.count[row] = 1;
  rollup.sum[row] = value;
  rollup.min[row] = value;
  rollup.max[row] = value;
  rollup.first[row] = value;
  rollup.last[row] = value;
  rollup.firstTime[row] = time;
  rollup.lastTime[row] = time;
}

function finish(rollup: RollupColumns, row: number, lost: number): void {
  if (row < 0) return;
  const sum = rollup.sum[row] ?? 0;
  rollup.sum[row] = nearbyDecimal(sum, Math.abs(sum));
  rollup.increase[row] = increaseWithin(rollup.first[row] ?? 0, rollup.last[row] ?? 0, lost);
}

function countBuckets({ times, values, length }: Samples, resolution: number): number {
  let buckets = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i += 1) {
    const time = times[i] ?? 0;
    if (time < end || Number.isNaN(values[i])) continue;
    buckets += 1;
    end = bucketOf(time, resolution) + resolution;
  }
  return buckets;
}
