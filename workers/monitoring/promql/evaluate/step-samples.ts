import type { Histogram } from "../../model/histogram.ts";
import { Samples } from "../../model/samples.ts";
import { ABSENT, type StepSeries, type Steps } from "../values.ts";
import { timeOf } from "./steps.ts";

/** The time of each step in milliseconds. */
export function timesOf(steps: Steps): Float64Array {
  return Float64Array.from({ length: steps.count }, (_, step) => timeOf(steps, step));
}

/**
 * The steps at which a series has a value, as samples. Of floats without a gap nothing is copied: all such series of a
 * vector share the times.
 */
export function samplesAt(
  { kinds, values, histograms }: StepSeries,
  times: Float64Array,
  convert: (histogram: Histogram) => Histogram = (histogram) => histogram,
): Samples {
  let count = 0;
  for (let at = 0; at < kinds.length; at++) if (kinds[at] !== ABSENT) count++;
  if (count === kinds.length && histograms === null) return new Samples(times, values);
  const presentTimes = new Float64Array(count);
  const present = new Float64Array(count);
  const own = histograms && new Array<Histogram | null>(count).fill(null);
  for (let at = 0, to = 0; at < kinds.length; at++) {
    if (kinds[at] === ABSENT) continue;
    presentTimes[to] = times[at] ?? 0;
    present[to] = values[at] ?? 0;
    const histogram = histograms?.[at];
    if (own && histogram) {
      own[to] = convert(histogram);
      present[to] = Number.NaN;
    }
    to++;
  }
  return new Samples(presentTimes, present, own);
}
