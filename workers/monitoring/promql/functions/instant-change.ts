import type { Histogram } from "../../model/histogram.ts";
import { divide, subtract } from "../histograms/arithmetic.ts";
import { detectReset } from "../histograms/detect-reset.ts";
import { compact } from "../histograms/layout.ts";
import type { CallContext, RangeFunction, Window } from "./function.ts";
import {
  MIXED_BUCKETS_DURING,
  mixedSamples,
  mixedSchemas,
  notCounterHistogram,
  notGaugeHistogram,
} from "./remarks.ts";

/** Per second between the last two samples. */
export const irate: RangeFunction = (window, context) => change(window, context, true);

/** Between the last two samples. */
export const idelta: RangeFunction = (window, context) => change(window, context, false);

/** Prometheus: promql/functions.go, instantValue. */
function change(window: Window, context: CallContext, isRate: boolean): number | Histogram | null {
  const { samples, from, to } = window;
  if (to - from < 2) return null;
  const seconds = isRate ? ((samples.times[to - 1] ?? 0) - (samples.times[to - 2] ?? 0)) / 1000 : 1;
  const last = samples.histograms?.[to - 1] ?? null;
  const previous = samples.histograms?.[to - 2] ?? null;
  if (last && previous) {
    const gained = histogramChange(last, previous, context, isRate);
    return gained && isRate ? divide(gained, seconds) : gained;
  }
  if (last || previous) {
    context.note("warning", mixedSamples(context.metricName), 0);
    return null;
  }
  const value = samples.values[to - 1] ?? 0;
  const before = samples.values[to - 2] ?? 0;
  return (isRate && value < before ? value : value - before) / seconds;
}

function histogramChange(
  last: Histogram,
  previous: Histogram,
  context: CallContext,
  isRate: boolean,
): Histogram | null {
  const gauges = Number(last.resetHint === "gauge") + Number(previous.resetHint === "gauge");
  if (isRate && gauges > 0) context.note("warning", notCounterHistogram(context.metricName), 0);
  if (!isRate && gauges < 2) context.note("warning", notGaugeHistogram(context.metricName), 0);
  if (isRate && detectReset(last, previous)) return compact({ ...last, resetHint: "gauge" });
  const difference = subtract(last, previous);
  if (difference === null) {
    context.note("warning", mixedSchemas(context.metricName), 0);
    return null;
  }
  if (difference.reconciledBounds) context.note("info", `${MIXED_BUCKETS_DURING} subtraction`, 0);
  return compact({ ...difference.histogram, resetHint: "gauge" });
}
