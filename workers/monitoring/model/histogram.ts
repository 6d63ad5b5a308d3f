/** A run of buckets: how many are skipped after the run before, and how many follow. */
export interface Span {
  offset: number;
  length: number;
}

/** Whether a counter's histogram is known to begin anew. */
export type ResetHint = "unknown" | "reset" | "not_reset" | "gauge";

/** The schema of a histogram whose bucket bounds are given one by one. */
export const CUSTOM_BUCKETS_SCHEMA = -53;

/**
 * A native histogram, its counts absolute numbers (Prometheus' FloatHistogram; integer histograms are converted when
 * they come in). With schema s of -4…8, bucket i of `positiveSpans` ends at 2^(i·2^-s), inclusive. With
 * {@link CUSTOM_BUCKETS_SCHEMA}, bucket i ends at `customValues[i]`, the last at +Inf, and there is nothing negative.
 * Never changed once made.
 */
export interface Histogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly Span[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly Span[];
  readonly negativeBuckets: readonly number[];
  readonly customValues: readonly number[];
  readonly resetHint: ResetHint;
}

/** Of no observations. */
export const EMPTY_HISTOGRAM: Histogram = {
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
  resetHint: "unknown",
};
