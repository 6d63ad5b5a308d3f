import type { Histogram } from "../../model/histogram.ts";
import { HistogramAggregate } from "../histograms/aggregate.ts";
import type { CallContext, Window } from "./function.ts";
import { CONFLICTING_RESETS_DURING, MIXED_BUCKETS_DURING, mixedSchemas } from "./remarks.ts";
import { histogramsOf } from "./window.ts";

/** Of a window of nothing but histograms. */
export function sumHistograms(window: Window, context: CallContext): Histogram | null {
  return aggregate("sum", window, context);
}

/** Of a window of nothing but histograms. */
export function meanHistogram(window: Window, context: CallContext): Histogram | null {
  return aggregate("avg", window, context);
}

function aggregate(kind: "sum" | "avg", window: Window, context: CallContext): Histogram | null {
  const [first, ...others] = histogramsOf(window);
  if (!first) return null;
  const total = new HistogramAggregate(kind, first);
  for (const histogram of others) {
    if (total.add(histogram)) continue;
    context.note("warning", mixedSchemas(context.metricName), 0);
    return null;
  }
  if (total.conflictingResets) context.note("warning", `${CONFLICTING_RESETS_DURING} aggregation`, 0);
  if (total.reconciledBounds) context.note("info", `${MIXED_BUCKETS_DURING} aggregation`, 0);
  return total.result();
}
