import type { Histogram } from "../../model/histogram.ts";
import { Samples } from "../../model/samples.ts";
import type { RangeFunction, Window } from "./function.ts";
import { ignoredHistograms } from "./remarks.ts";

export function countHistograms({ samples: { histograms }, from, to }: Window): number {
  let count = 0;
  if (histograms !== null) for (let at = from; at < to; at++) if (histograms[at]) count++;
  return count;
}

export function histogramsOf({ samples: { histograms }, from, to }: Window): Histogram[] {
  const found: Histogram[] = [];
  for (let at = from; at < to; at++) {
    const histogram = histograms?.[at];
    if (histogram) found.push(histogram);
  }
  return found;
}

/** A function of a window's floats: histograms among them are remarked on and left out. */
export function ofFloats(compute: RangeFunction): RangeFunction {
  return (window, context) => {
    const histograms = countHistograms(window);
    if (histograms === 0) return compute(window, context);
    if (histograms === window.to - window.from) return null;
    context.note("info", ignoredHistograms(context.metricName), 0);
    return compute(withoutHistograms(window), context);
  };
}

function withoutHistograms(window: Window): Window {
  const { samples, from, to } = window;
  const places: number[] = [];
  for (let at = from; at < to; at++) if (!samples.histograms?.[at]) places.push(at);
  const times = Float64Array.from(places, (at) => samples.times[at] ?? 0);
  const values = Float64Array.from(places, (at) => samples.values[at] ?? 0);
  return { ...window, samples: new Samples(times, values), from: 0, to: places.length };
}
