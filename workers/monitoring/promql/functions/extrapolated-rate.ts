import type { Histogram } from "../../model/histogram.ts";
import { multiply } from "../histograms/arithmetic.ts";
import type { CallContext, RangeFunction, Window } from "./function.ts";
import { histogramIncrease } from "./histogram-increase.ts";
import { mixedSamples, notCounterName } from "./remarks.ts";
import { countHistograms } from "./window.ts";

/** A gap at the window's edge up to so many times the average one is taken for the usual distance of samples. */
const USUAL_GAP = 1.1;

export const rate: RangeFunction = (window, context) =>
  extrapolated(window, context, true, (window.end - window.start) / 1000);

export const increase: RangeFunction = (window, context) => extrapolated(window, context, true, 1);

export const delta: RangeFunction = (window, context) => extrapolated(window, context, false, 1);

/**
 * What a series gained from its first to its last sample in the window, extrapolated to the window's edges, where the
 * series seems to reach them, or by half the average gap (Prometheus: promql/functions.go, extrapolatedRate).
 *
 * @param divisor seconds of the window for a gain per second
 */
function extrapolated(
  window: Window,
  context: CallContext,
  isCounter: boolean,
  divisor: number,
): number | Histogram | null {
  const { samples, from, to } = window;
  const histograms = countHistograms(window);
  if (histograms > 0 && histograms < to - from) {
    context.note("warning", mixedSamples(context.metricName), 0);
    return null;
  }
  if (to - from < 2) return null;
  if (histograms > 0) {
    const gained = histogramIncrease(window, context, isCounter);
    const first = samples.histograms?.[from]?.count ?? 0;
    return gained && multiply(gained, factor(window, isCounter, first, gained.count) / divisor);
  }
  if (isCounter) noteName(context);
  const gained = isCounter
    ? counterIncrease(window)
    : (samples.values[to - 1] ?? 0) - (samples.values[from] ?? 0);
  return gained * (factor(window, isCounter, samples.values[from] ?? 0, gained) / divisor);
}

/** About the metric asked for last: the question comes at every step. */
let asked = { metric: "", remark: notCounterName("") };

function noteName(context: CallContext): void {
  const metric = context.metricName;
  if (asked.metric !== metric) asked = { metric, remark: notCounterName(metric) };
  if (asked.remark !== null) context.note("info", asked.remark, 0);
}

/** A counter that falls has begun anew from zero. */
function counterIncrease({ samples: { values }, from, to }: Window): number {
  let previous = values[from] ?? 0;
  let gained = (values[to - 1] ?? 0) - previous;
  for (let at = from + 1; at < to; at++) {
    const current = values[at] ?? 0;
    if (current < previous) gained += previous;
    previous = current;
  }
  return gained;
}

/** How much longer than from the first to the last sample the gain is taken to have gone on. */
function factor(
  { samples: { times }, from, to, start, end }: Window,
  isCounter: boolean,
  first: number,
  gained: number,
): number {
  const firstTime = times[from] ?? 0;
  const lastTime = times[to - 1] ?? 0;
  const sampled = (lastTime - firstTime) / 1000;
  const averageGap = sampled / (to - from - 1);
  const threshold = averageGap * USUAL_GAP;
  let before = (firstTime - start) / 1000;
  let after = (end - lastTime) / 1000;
  if (before >= threshold) before = averageGap / 2;
  if (after >= threshold) after = averageGap / 2;
  if (isCounter && gained > 0 && first >= 0) {
    // A counter does not begin below zero: at this pace it was zero so long before its first sample.
    before = Math.min(before, sampled * (first / gained));
  }
  return (sampled + before + after) / sampled;
}
