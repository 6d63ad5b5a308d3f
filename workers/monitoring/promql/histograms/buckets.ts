import type { Histogram, Span } from "../../model/histogram.ts";
import { customBound, exponentialBound, hasCustomBuckets } from "./bounds.ts";
import { spanIndexes } from "./columns.ts";

/** A bucket as an interval of observed values. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** From the one next to zero up, as they are stored, empty ones too. */
export function positiveBuckets(histogram: Histogram): Bucket[] {
  const { schema, customValues, positiveSpans, positiveBuckets: counts } = histogram;
  const isCustom = hasCustomBuckets(histogram);
  return eachBucket(positiveSpans, counts, (index, count) => ({
    lower: isCustom ? customBound(index - 1, customValues) : exponentialBound(index - 1, schema),
    upper: isCustom ? customBound(index, customValues) : exponentialBound(index, schema),
    lowerInclusive: isCustom && index === 0,
    upperInclusive: true,
    count,
  }));
}

/** From the one next to zero down, as they are stored, empty ones too. */
export function negativeBuckets({ schema, negativeSpans, negativeBuckets: counts }: Histogram): Bucket[] {
  return eachBucket(negativeSpans, counts, (index, count) => ({
    lower: -exponentialBound(index, schema),
    upper: -exponentialBound(index - 1, schema),
    lowerInclusive: true,
    upperInclusive: false,
    count,
  }));
}

export function zeroBucket({ zeroThreshold, zeroCount }: Histogram): Bucket {
  return {
    lower: -zeroThreshold,
    upper: zeroThreshold,
    lowerInclusive: true,
    upperInclusive: true,
    count: zeroCount,
  };
}

/**
 * All buckets by ascending bounds, the zero bucket only where it is populated. A bucket that reaches into the zero bucket
 * begins where that one ends.
 */
export function allBuckets(histogram: Histogram): Bucket[] {
  const { zeroThreshold, zeroCount } = histogram;
  const negative = negativeBuckets(histogram)
    .reverse()
    .map((bucket) => (bucket.upper > -zeroThreshold ? { ...bucket, upper: -zeroThreshold } : bucket));
  const positive = positiveBuckets(histogram).map((bucket) =>
    bucket.lower > 0 && bucket.lower < zeroThreshold ? { ...bucket, lower: zeroThreshold } : bucket,
  );
  return [...negative, ...(zeroCount > 0 ? [zeroBucket(histogram)] : []), ...positive];
}

function eachBucket(
  spans: readonly Span[],
  counts: readonly number[],
  bucket: (index: number, count: number) => Bucket,
): Bucket[] {
  return spanIndexes(spans)
    .slice(0, counts.length)
    .map((index, at) => bucket(index, counts[at] ?? 0));
}
