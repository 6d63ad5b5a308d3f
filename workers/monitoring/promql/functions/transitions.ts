import type { Histogram } from "../../model/histogram.ts";
import { detectReset } from "../histograms/detect-reset.ts";
import { equals } from "../histograms/layout.ts";
import type { RangeFunction, Window } from "./function.ts";

/** How often a counter began anew. */
export const resets: RangeFunction = (window) =>
  count(window, (value, previous) => value < previous, detectReset);

/** How often a value differed from the one before. */
export const changes: RangeFunction = (window) =>
  count(
    window,
    (value, previous) => value !== previous && !(Number.isNaN(value) && Number.isNaN(previous)),
    (histogram, previous) => !equals(histogram, previous),
  );

/** A change between floats and histograms always counts. */
function count(
  { samples: { values, histograms }, from, to }: Window,
  counts: (value: number, previous: number) => boolean,
  countsHistogram: (histogram: Histogram, previous: Histogram) => boolean,
): number {
  let found = 0;
  for (let at = from + 1; at < to; at++) {
    const histogram = histograms?.[at] ?? null;
    const previous = histograms?.[at - 1] ?? null;
    if (histogram && previous) {
      if (countsHistogram(histogram, previous)) found++;
    } else if (histogram || previous || counts(values[at] ?? 0, values[at - 1] ?? 0)) found++;
  }
  return found;
}
