import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import type { Bucket } from "./buckets.ts";

/**
 * Whether a bucket's observations are taken to be spread evenly. Those of an exponential bucket are taken to be spread
 * so that they would fill the buckets of a finer schema evenly; near zero, and for custom buckets, that makes no sense.
 */
export function isLinear(histogram: Histogram, { lower, upper }: Bucket): boolean {
  return hasCustomBuckets(histogram) || (lower <= 0 && upper >= 0);
}

/** How much of a bucket lies below a value within it: 0 to 1. */
export function shareBelow({ lower, upper }: Bucket, value: number, linear: boolean): number {
  if (linear) return (value - lower) / (upper - lower);
  const [logLower, logUpper, logValue] = [magnitude(lower), magnitude(upper), magnitude(value)];
  return value > 0
    ? (logValue - logLower) / (logUpper - logLower)
    : 1 - (logValue - logUpper) / (logLower - logUpper);
}

/** The value below which a share of a bucket lies. */
export function valueAt({ lower, upper }: Bucket, share: number, linear: boolean): number {
  if (linear) return lower + (upper - lower) * share;
  const [logLower, logUpper] = [magnitude(lower), magnitude(upper)];
  return lower > 0
    ? 2 ** (logLower + (logUpper - logLower) * share)
    : -(2 ** (logUpper + (logLower - logUpper) * (1 - share)));
}

/**
 * The zero bucket of a histogram with buckets on one side only begins or ends at zero. Custom buckets, which have no
 * negative side, are no exception.
 */
export function withNaturalBound(histogram: Histogram, bucket: Bucket): Bucket {
  const hasNegative = histogram.negativeBuckets.length > 0;
  const hasPositive = histogram.positiveBuckets.length > 0;
  if (hasPositive && !hasNegative) return { ...bucket, lower: 0 };
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
}

function magnitude(value: number): number {
  return Math.log2(Math.abs(value));
}
