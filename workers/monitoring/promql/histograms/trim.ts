import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { type Bucket, negativeBuckets, positiveBuckets } from "./buckets.ts";
import { shareBelow } from "./interpolation.ts";
import { compact } from "./layout.ts";

/** Which observations stay: those up to a value (`</`) or those from it on (`>/`). */
export type Kept = "lower" | "upper";

/** How many observations stay, and where they are taken to lie when the sum is made anew. */
interface Remainder {
  readonly count: number;
  readonly middle: number;
}

const GONE: Remainder = { count: 0, middle: 0 };

/**
 * The histogram without the observations beyond a value. Count and sum are made anew from the buckets, unless nothing
 * was taken away (Prometheus: FloatHistogram.TrimBuckets).
 */
export function trim(histogram: Histogram, value: number, kept: Kept): Histogram {
  const isCustom = hasCustomBuckets(histogram);
  const remainder = (bucket: Bucket) => remainderOf(bucket, value, kept, isCustom);
  const positive = positiveBuckets(histogram).map(remainder);
  const negative = negativeBuckets(histogram).map(remainder);
  const zero = zeroRemainder(histogram, value, kept);
  const trimmed: Histogram = {
    ...histogram,
    zeroCount: zero.count,
    positiveBuckets: positive.map(({ count }) => count),
    negativeBuckets: negative.map(({ count }) => count),
  };
  if (hasSameCounts(trimmed, histogram)) return histogram;
  const all = [...positive, ...negative, zero];
  return compact({
    ...trimmed,
    count: all.reduce((sum, { count }) => sum + count, 0),
    sum: all.reduce((sum, { count, middle }) => (count === 0 ? sum : sum + count * middle), 0),
  });
}

function hasSameCounts(trimmed: Histogram, histogram: Histogram): boolean {
  return (
    trimmed.zeroCount === histogram.zeroCount &&
    trimmed.positiveBuckets.every((count, at) => count === histogram.positiveBuckets[at]) &&
    trimmed.negativeBuckets.every((count, at) => count === histogram.negativeBuckets[at])
  );
}

function remainderOf(bucket: Bucket, value: number, kept: Kept, isCustom: boolean): Remainder {
  const { lower, upper, count } = bucket;
  if (count === 0) return GONE;
  const staysWhole = kept === "lower" ? upper <= value : lower >= value;
  if (staysWhole) return { count, middle: middleOf(lower, upper, isCustom) };
  const isCut = kept === "lower" ? lower < value : upper > value;
  if (!isCut) return GONE;
  if (lower === Number.NEGATIVE_INFINITY) return remainderOfFirst(bucket, value, kept);
  if (upper === Number.POSITIVE_INFINITY) return { count: kept === "lower" ? 0 : count, middle: value };
  const below = count * shareBelow(bucket, value, isCustom);
  return kept === "lower"
    ? { count: below, middle: middleOf(lower, value, isCustom) }
    : { count: count - below, middle: middleOf(value, upper, isCustom) };
}

/**
 * What stays of the custom bucket that begins at -Inf and is cut. If it ends above zero, its observations are taken to
 * begin at zero; if not, they are taken to lie at the value or at the end.
 */
function remainderOfFirst({ upper, count }: Bucket, value: number, kept: Kept): Remainder {
  if (upper === Number.POSITIVE_INFINITY) return GONE;
  if (kept === "lower") {
    if (upper <= 0) return { count, middle: value };
    return value > 0 ? { count: (count * value) / upper, middle: value / 2 } : GONE;
  }
  return value >= 0 ? { count: count * (1 - value / upper), middle: (value + upper) / 2 } : GONE;
}

function zeroRemainder(histogram: Histogram, value: number, kept: Kept): Remainder {
  const count = histogram.zeroCount;
  const hasPositive = histogram.positiveBuckets.some((each) => each !== 0);
  const hasNegative = histogram.negativeBuckets.some((each) => each !== 0);
  const lower = hasPositive && !hasNegative ? 0 : -histogram.zeroThreshold;
  const upper = hasNegative && !hasPositive ? 0 : histogram.zeroThreshold;
  const isKept = kept === "lower" ? value > lower : value < upper;
  if (!isKept) return GONE;
  const from = kept === "lower" ? lower : Math.max(lower, value);
  const to = kept === "lower" ? Math.min(upper, value) : upper;
  const share = upper > lower ? (to - from) / (upper - lower) : 1;
  return { count: count * share, middle: (from + to) / 2 };
}

/** Where a bucket's observations are taken to lie. */
function middleOf(lower: number, upper: number, isCustom: boolean): number {
  if (lower === Number.NEGATIVE_INFINITY) {
    if (upper === Number.POSITIVE_INFINITY) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (upper === Number.POSITIVE_INFINITY) return lower;
  if (isCustom) return (lower + upper) / 2;
  return (upper > 0 ? 1 : -1) * Math.sqrt(Math.abs(lower * upper));
}
