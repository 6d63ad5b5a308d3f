import { goQuote } from "../syntax/go-quote.ts";

/**
 * What Prometheus remarks about the arguments of functions, word for word (Prometheus:
 * util/annotations/annotations.go).
 */

const COUNTER_NAME = /_(total|sum|count|bucket)$/;

export const MIXED_BUCKETS_DURING = "mismatched custom buckets were reconciled during";
export const CONFLICTING_RESETS_DURING = "conflicting counter resets during histogram";
export const SORT_IN_RANGE =
  "sort is ineffective for range queries since results are always ordered by labels";

/** Null for a name that a counter may have. */
export function notCounterName(metric: string): string | null {
  return metric === "" || COUNTER_NAME.test(metric)
    ? null
    : `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${goQuote(metric)}`;
}

export function mixedSamples(metric: string): string {
  return `encountered a mix of histograms and floats for metric name ${goQuote(metric)}`;
}

export function ignoredHistograms(metric: string): string {
  return `ignored histograms in a range containing both floats and histograms for metric name ${goQuote(metric)}`;
}

export function notCounterHistogram(metric: string): string {
  return `this native histogram metric is not a counter: ${goQuote(metric)}`;
}

export function notGaugeHistogram(metric: string): string {
  return `this native histogram metric is not a gauge: ${goQuote(metric)}`;
}

export function mixedSchemas(metric: string): string {
  return `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${goQuote(metric)}`;
}

export function mixedClassicAndNative(metric: string): string {
  return `vector contains a mix of classic and native histograms${ofMetric(metric)}`;
}

export function malformedBucketLabel(metric: string, value: string): string {
  return `bucket label "le" is missing or has a malformed value of ${goQuote(value)}${ofMetric(metric)}`;
}

export function invalidQuantile(quantile: number): string {
  return `quantile value should be between 0 and 1, got ${formatG(quantile)}`;
}

export function forcedMonotonicity(metric: string): string {
  return `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${ofMetric(metric)}`;
}

/** A number as Go's %g writes it: with all its digits, or with so many. */
export function formatG(value: number, digits?: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [written = "", power = ""] = value.toExponential(digits && digits - 1).split("e");
  const mantissa = written.includes(".") ? written.replace(/\.?0+$/, "") : written;
  const exponent = Number(power);
  const significant = mantissa.replace(/[-.]/g, "").length;
  const limit = digits === undefined ? 6 : significant > exponent ? Math.min(digits, significant) : digits;
  if (exponent >= -4 && exponent < limit) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

export function ofMetric(metric: string): string {
  return metric === "" ? "" : ` for metric name ${goQuote(metric)}`;
}
