import { nearbyDecimal } from "./decimal.ts";
import {
  bucketOf,
  COLUMN_NAMES,
  copyRow,
  increaseBetween,
  increaseWithin,
  makeRollup,
  type RollupColumns,
} from "./rollup.ts";

/**
 * Joins rollups of one series and resolution, whose samples follow each other: a bucket that is in several parts
 * becomes one, and what a counter rose by from part to part is counted. The parts may come in any order. Where the
 * samples of parts lie between each other, the increase is that of the parts one after the other.
 *
 * @throws RangeError when the parts differ in resolution, or there are none
 */
export function mergeRollups(parts: readonly RollupColumns[]): RollupColumns {
  const [first] = parts;
  if (first === undefined) throw new RangeError("There is no rollup to merge.");
  if (parts.length === 1) return first;
  if (parts.some(({ resolution }) => resolution !== first.resolution)) {
    throw new RangeError(
      "Rollups of different resolutions do not merge: make the finer ones coarser before.",
    );
  }
  return joinRows(concatenate(parts), first.resolution);
}

/**
 * Makes longer buckets of shorter ones.
 *
 * @param resolution a multiple of the rollup's own
 * @throws RangeError when it is none
 */
export function coarsen(rollup: RollupColumns, resolution: number): RollupColumns {
  if (resolution % rollup.resolution !== 0) {
    throw new RangeError(`Buckets of ${rollup.resolution} ms do not fill those of ${resolution} ms.`);
  }
  return joinRows(rollup, resolution);
}

/** The rows of all, by the time of their first sample. */
function concatenate(parts: readonly RollupColumns[]): RollupColumns {
  const [{ resolution }] = parts as [RollupColumns];
  const rows = parts.reduce((total, { start }) => total + start.length, 0);
  const all = makeRollup(resolution, rows);
  const ordered = [...parts].sort((a, b) => (a.firstTime[0] ?? 0) - (b.firstTime[0] ?? 0));
  let row = 0;
  for (const part of ordered) {
    for (const name of COLUMN_NAMES) all[name].set(part[name], row);
    row += part.start.length;
  }
  if (all.firstTime.every((time, i) => i === 0 || time >= (all.firstTime[i - 1] ?? 0))) return all;
  const order = [...all.firstTime.keys()].sort((a, b) => (all.firstTime[a] ?? 0) - (all.firstTime[b] ?? 0));
  const sorted = makeRollup(resolution, rows);
  order.forEach((from, row) => {
    copyRow(all, from, sorted, row);
  });
  return sorted;
}

/** Joins neighbouring rows that fall into one bucket of the resolution. */
function joinRows(rows: RollupColumns, resolution: number): RollupColumns {
  const { length } = rows.start;
  const joined = makeRollup(resolution, length);
  let row = -1;
  for (let i = 0; i < length; i += 1) {
    const start = bucketOf(rows.start[i] ?? 0, resolution);
    if (row >= 0 && joined.start[row] === start) {
      extend(joined, row, rows, i);
      continue;
    }
    row += 1;
    copyRow(rows, i, joined, row);
    joined.start[row] = start;
  }
  return cut(joined, row + 1);
}

function extend(into: RollupColumns, row: number, from: RollupColumns, i: number): void {
  into.increase[row] = joinedIncrease(into, row, from, i);
  into.count[row] = (into.count[row] ?? 0) + (from.count[i] ?? 0);
  const sum = (into.sum[row] ?? 0) + (from.sum[i] ?? 0);
  into.sum[row] = nearbyDecimal(sum, Math.abs(sum));
  into.min[row] = Math.min(into.min[row] ?? 0, from.min[i] ?? 0);
  into.max[row] = Math.max(into.max[row] ?? 0, from.max[i] ?? 0);
  if ((from.lastTime[i] ?? 0) >= (into.lastTime[row] ?? 0)) {
    into.last[row] = from.last[i] ?? 0;
    into.lastTime[row] = from.lastTime[i] ?? 0;
  }
}

/** Last less first where no reset was, since sums of differences drift apart from it. */
function joinedIncrease(into: RollupColumns, row: number, from: RollupColumns, i: number): number {
  const before = into.increase[row] ?? 0;
  const after = from.increase[i] ?? 0;
  const start = into.first[row] ?? 0;
  const last = into.last[row] ?? 0;
  const first = from.first[i] ?? 0;
  const end = from.last[i] ?? 0;
  const isMonotone =
    first >= last && before === increaseWithin(start, last, 0) && after === increaseWithin(first, end, 0);
  if (isMonotone) return increaseWithin(start, end, 0);
  const increase = before + increaseBetween(last, first) + after;
  return nearbyDecimal(increase, Math.max(increase, Math.abs(last), Math.abs(first)));
}

function cut(rollup: RollupColumns, rows: number): RollupColumns {
  if (rows === rollup.start.length) return rollup;
  const short = makeRollup(rollup.resolution, rows);
  for (const name of COLUMN_NAMES) short[name].set(rollup[name].subarray(0, rows));
  return short;
}
