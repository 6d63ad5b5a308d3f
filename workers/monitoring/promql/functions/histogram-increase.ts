import { EMPTY_HISTOGRAM, type Histogram } from "../../model/histogram.ts";
import { add, type Combination, subtract } from "../histograms/arithmetic.ts";
import { hasCustomBuckets } from "../histograms/bounds.ts";
import { detectReset } from "../histograms/detect-reset.ts";
import { compact, copyToSchema } from "../histograms/layout.ts";
import type { CallContext, Window } from "./function.ts";
import { MIXED_BUCKETS_DURING, mixedSchemas, notCounterHistogram, notGaugeHistogram } from "./remarks.ts";
import { histogramsOf } from "./window.ts";

/**
 * What a native histogram gained from the first to the last sample of a window of nothing but histograms, at least two,
 * in the coarsest resolution among them (Prometheus: promql/functions.go, histogramRate). Null with a remark where some
 * have custom buckets and others have not.
 */
export function histogramIncrease(
  window: Window,
  context: CallContext,
  isCounter: boolean,
): Histogram | null {
  const histograms = histogramsOf(window);
  const [first, second] = histograms;
  const last = histograms.at(-1);
  if (!first || !second || !last) return null;
  const note = (level: "info" | "warning", message: string) => context.note(level, message, 0);
  const base = isCounter && detectReset(second, first) ? emptyLike(second) : first;
  const relevant = isCounter ? [base, ...histograms.slice(1)] : [base, last];
  const isMixed = relevant.some((histogram) => hasCustomBuckets(histogram) !== hasCustomBuckets(base));
  const judged = isMixed ? [first, last] : histograms;
  if (isCounter && judged.some(isGauge)) note("warning", notCounterHistogram(context.metricName));
  if (isMixed) {
    note("warning", mixedSchemas(context.metricName));
    return null;
  }
  if (!isCounter && !(isGauge(first) && isGauge(last)))
    note("warning", notGaugeHistogram(context.metricName));
  const schema = Math.min(...relevant.map((histogram) => histogram.schema));
  const reconcile = (operation: string, combination: Combination | null, otherwise: Histogram): Histogram => {
    if (combination?.reconciledBounds) note("info", `${MIXED_BUCKETS_DURING} ${operation}`);
    return combination?.histogram ?? otherwise;
  };
  const coarse = copyToSchema(last, schema);
  let gained = reconcile("subtraction", subtract(coarse, base), coarse);
  if (isCounter) {
    let previous = base;
    for (const current of histograms.slice(1)) {
      if (detectReset(current, previous)) gained = reconcile("addition", add(gained, previous), gained);
      previous = current;
    }
  }
  return compact({ ...gained, resetHint: "gauge" });
}

function isGauge({ resetHint }: Histogram): boolean {
  return resetHint === "gauge";
}

/** What was there before a counter began anew; the sample from before says nothing. */
function emptyLike({ schema, customValues }: Histogram): Histogram {
  return { ...EMPTY_HISTOGRAM, schema, customValues };
}
