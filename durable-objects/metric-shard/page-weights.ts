import type { SeriesIds } from "../../workers/monitoring/head/series-ids.ts";
import type { Block } from "./block-store.ts";

/**
 * About how many bytes of blobs each of the series has in a range. A blob holds series that follow each other: what one
 * takes in it is what the others take, and heavy series have blobs of their own.
 */
export function sealedWeights(
  series: SeriesIds,
  blocks: readonly Block[],
  { start, end }: { readonly start: number; readonly end: number },
): Float64Array {
  // What each place weighs more than the one before.
  const rises = new Float64Array(series.length + 1);
  for (const { blobs } of blocks) {
    for (const blob of blobs) {
      const overlap = Math.min(end, blob.end) - Math.max(start, blob.start);
      if (overlap < 0) continue;
      const from = placeOf(series, blob.firstSeries);
      const to = placeOf(series, blob.lastSeries + 1);
      if (from === to) continue;
      const asked = blob.bytes * Math.min(1, (overlap + 1) / (blob.end - blob.start + 1));
      const inside = Math.min(blob.chunks, blob.lastSeries - blob.firstSeries + 1);
      const weight = asked / Math.max(to - from, inside);
      rises[from] = (rises[from] ?? 0) + weight;
      rises[to] = (rises[to] ?? 0) - weight;
    }
  }
  for (let place = 1; place < rises.length; place++) {
    rises[place] = (rises[place] ?? 0) + (rises[place - 1] ?? 0);
  }
  return rises.subarray(0, series.length);
}

/** The place of a number among ascending ones, or of the next greater one. */
function placeOf(series: SeriesIds, number: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((series[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
