import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { allBuckets, type Bucket } from "./buckets.ts";

/** NaN without observations. */
export function average({ sum, count }: Histogram): number {
  return sum / count;
}

/**
 * The variance, each observation taken to lie in the middle of its bucket: the geometric one of an exponential bucket,
 * zero in the zero bucket (Prometheus: histogramVariance, promql/functions.go).
 */
export function variance(histogram: Histogram): number {
  const mean = average(histogram);
  const isCustom = hasCustomBuckets(histogram);
  let sum = 0;
  for (const bucket of allBuckets(histogram)) {
    if (bucket.count !== 0) sum += bucket.count * (middle(bucket, isCustom) - mean) ** 2;
  }
  return sum / histogram.count;
}

export function standardDeviation(histogram: Histogram): number {
  return Math.sqrt(variance(histogram));
}

function middle({ lower, upper }: Bucket, isCustom: boolean): number {
  if (isCustom) return (lower + upper) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  return Math.sign(upper) * Math.sqrt(lower * upper);
}
