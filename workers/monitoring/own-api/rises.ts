import { increaseBetween, type RollupColumns } from "../rollups/rollup.ts";

const FIVE_MINUTES = 5 * 60_000;

/** How far before an interval a sample may be to say what a counter rose from, in milliseconds. */
export const reachBack = (interval: number): number => Math.max(interval, FIVE_MINUTES);

/**
 * What a counter rose by in each row: from the sample before the row's first to its last, a fall counted as a counter
 * that began anew at zero. So the rises of rows that follow each other add up to the rise over all of them. Where the
 * sample before is further away than the counter is looked for, the rise begins with the row's first sample.
 *
 * @param reach milliseconds
 */
export function risesOf(rollup: RollupColumns, reach: number): Float64Array {
  const { first, last, firstTime, lastTime, increase } = rollup;
  return increase.map((within, row) => {
    const before = last[row - 1];
    const since = (firstTime[row] ?? 0) - (lastTime[row - 1] ?? 0);
    return before === undefined || since > reach ? within : within + increaseBetween(before, first[row] ?? 0);
  });
}
