import type { Histogram } from "../../../../../workers/monitoring/model/histogram.ts";

/** A native histogram with one bucket a number, from (0.5, 1] up. */
export function nativeHistogram(buckets: readonly number[], more: Partial<Histogram> = {}): Histogram {
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: buckets.reduce((sum, count) => sum + count, 0),
    sum: buckets.reduce((sum, count, index) => sum + count * 2 ** index, 0),
    positiveSpans: buckets.length === 0 ? [] : [{ offset: 0, length: buckets.length }],
    positiveBuckets: buckets,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
    resetHint: "unknown",
    ...more,
  };
}

/** A native histogram with the buckets (-Inf, 1], (1, 2]… and one beyond the last bound. */
export function customHistogram(buckets: readonly number[], customValues: readonly number[]): Histogram {
  return nativeHistogram(buckets, { schema: -53, customValues });
}
