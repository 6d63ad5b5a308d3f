import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { allBuckets, type Bucket } from "./buckets.ts";
import { isLinear, shareBelow, valueAt, withNaturalBound } from "./interpolation.ts";

/** A figure, and what NaN observations, which are in no bucket, make of it. Prometheus words the remark so. */
interface Estimate {
  readonly value: number;
  readonly remark: string | null;
}

const NOTHING: Bucket = { lower: 0, upper: 0, lowerInclusive: false, upperInclusive: false, count: 0 };

/**
 * The value that a share of q of the observations lies below: NaN without observations, infinite for a q beyond 0…1
 * (Prometheus: HistogramQuantile, promql/quantile.go). NaN observations rank above all others.
 *
 * @example quantile(0.5, histogram).value
 */
export function quantile(q: number, histogram: Histogram): Estimate {
  const { count: total, sum } = histogram;
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  if (total === 0 || Number.isNaN(q)) return plain(Number.NaN);
  const ascends = Number.isNaN(sum) || q < 0.5;
  const buckets = ascends ? allBuckets(histogram) : allBuckets(histogram).reverse();
  const rank = (ascends ? q : 1 - q) * total;
  const found = bucketAtRank(buckets, rank);
  const bucket = boundedBucket(histogram, found.bucket);
  if (typeof bucket === "number") return plain(bucket);
  const seen = Math.min(found.seen, total);
  if (seen < rank) {
    return Number.isNaN(sum)
      ? { value: Number.NaN, remark: "input to histogram_quantile has NaN observations, result is NaN" }
      : plain(bucket.upper);
  }
  const share = (ascends ? rank - (seen - bucket.count) : seen - rank) / bucket.count;
  const hasNaN = Number.isNaN(sum) && countIn(buckets) < total;
  return {
    value: valueAt(bucket, share, isLinear(histogram, bucket)),
    remark: hasNaN ? "input to histogram_quantile has NaN observations, result is skewed higher" : null,
  };
}

/**
 * The share of observations between two values: 0 to 1, NaN without observations (Prometheus: HistogramFraction,
 * promql/quantile.go).
 */
export function fraction(lower: number, upper: number, histogram: Histogram): Estimate {
  const { count, sum } = histogram;
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return plain(Number.NaN);
  if (lower >= upper) return plain(0);
  const buckets = allBuckets(histogram);
  const ranked = Number.isNaN(sum) ? countIn(buckets) : count;
  const below = (value: number) => Math.min(rankOf(value, histogram, buckets), ranked);
  return {
    value: (below(upper) - below(lower)) / count,
    remark:
      ranked < count
        ? "input to histogram_fraction has NaN observations, which are excluded from all fractions"
        : null,
  };
}

function plain(value: number): Estimate {
  return { value, remark: null };
}

function countIn(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

/** The first bucket with which a rank is reached, or else the last one. */
function bucketAtRank(buckets: readonly Bucket[], rank: number): { bucket: Bucket; seen: number } {
  let seen = 0;
  for (const bucket of buckets) {
    seen += bucket.count;
    if (bucket.count !== 0 && seen >= rank) return { bucket, seen };
  }
  return { bucket: buckets.at(-1) ?? NOTHING, seen };
}

/** The bucket with finite bounds, or the value to return where it has none. */
function boundedBucket(histogram: Histogram, bucket: Bucket): Bucket | number {
  const { lower, upper } = bucket;
  if (!hasCustomBuckets(histogram)) {
    return lower < 0 && upper > 0 ? withNaturalBound(histogram, bucket) : bucket;
  }
  if (lower === Number.NEGATIVE_INFINITY) return upper <= 0 ? upper : { ...bucket, lower: 0 };
  return upper === Number.POSITIVE_INFINITY ? lower : bucket;
}

/** How many observations lie below a value; infinite where all of them do. */
function rankOf(value: number, histogram: Histogram, buckets: readonly Bucket[]): number {
  let rank = 0;
  for (const each of buckets) {
    const linear = isLinear(histogram, each);
    const bucket = each.lower <= 0 && each.upper >= 0 ? withNaturalBound(histogram, each) : each;
    if (bucket.lower >= value) return rank;
    if (bucket.upper > value) {
      const isUnbounded = bucket.lower === Number.NEGATIVE_INFINITY;
      return rank + (isUnbounded ? 1 : shareBelow(bucket, value, linear)) * bucket.count;
    }
    rank += bucket.count;
  }
  return Number.POSITIVE_INFINITY;
}
