import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "../histograms/bounds.ts";
import { detectReset } from "../histograms/detect-reset.ts";
import { compact } from "../histograms/layout.ts";
import { fractionOfWay, HistogramCombiner } from "./between-samples.ts";
import type { CallContext, Window } from "./function.ts";
import { mixedSchemas, notCounterHistogram, notGaugeHistogram } from "./remarks.ts";
import { histogramsOf } from "./window.ts";

/** What of a change is asked for. */
export interface Change {
  readonly isCounter: boolean;
  /** At the window's bounds, between the samples around them; otherwise the sample before stands for the bound. */
  readonly isSmoothed: boolean;
}

/**
 * As for floats, of a window of nothing but histograms (Prometheus: promql/functions.go, extendedHistogramRate). Null
 * with a remark where some have custom buckets and others have not.
 */
export function boundedHistogramChange(
  window: Window,
  context: CallContext,
  { isCounter, isSmoothed }: Change,
): Histogram | null {
  const {
    samples: { times },
    from,
    to,
    start,
    end,
  } = window;
  const histograms = histogramsOf(window);
  const [first, second] = histograms;
  const last = histograms.at(-1);
  if (!first || !last) return null;
  if (histograms.some((histogram) => hasCustomBuckets(histogram) !== hasCustomBuckets(first))) {
    context.note("warning", mixedSchemas(context.metricName), 0);
    return null;
  }
  if (isCounter && histograms.some(isGauge)) {
    context.note("warning", notCounterHistogram(context.metricName), 0);
  }
  const combine = new HistogramCombiner((message) => context.note("info", message, 0));
  const interpolatesLeft = isSmoothed && second !== undefined && (times[from] ?? 0) < start;
  const left = interpolatesLeft
    ? combine.between(first, second, fractionOfWay(times, from, start), isCounter)
    : first;
  const beforeLast = histograms.at(-2);
  const right =
    isSmoothed && beforeLast && (times[to - 1] ?? 0) > end
      ? combine.between(beforeLast, last, fractionOfWay(times, to - 2, end), isCounter)
      : last;
  if (!isCounter && !(isGauge(left) && isGauge(right))) {
    context.note("warning", notGaugeHistogram(context.metricName), 0);
  }
  let changed = combine.subtract(right, left);
  if (isCounter) {
    // A reset between the first two is in the left bound already, where that lies between them.
    const beganAnew = interpolatesLeft && detectReset(second, first);
    const inner = histograms.slice(beganAnew ? 2 : 1, -1);
    let previous = beganAnew ? second : left;
    const isOneStretch = histograms.length === 1 || (beganAnew && histograms.length === 2);
    for (const current of isOneStretch ? [] : [...inner, right]) {
      if (detectReset(current, previous)) changed = combine.add(changed, previous);
      previous = current;
    }
  }
  return compact({ ...changed, resetHint: "gauge" });
}

const isGauge = ({ resetHint }: Histogram): boolean => resetHint === "gauge";
