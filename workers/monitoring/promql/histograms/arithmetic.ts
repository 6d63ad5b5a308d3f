import type { Histogram, ResetHint } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { hasSameLayout } from "./layout.ts";
import { combinedHint } from "./reset-hint.ts";
import { Tally } from "./tally.ts";

/** The sum or the difference of two histograms, and what about it deserves a remark. */
export interface Combination {
  readonly histogram: Histogram;
  /** One of them begins anew, the other is known not to. */
  readonly conflictingResets: boolean;
  /** Their custom buckets differ: those bounds are left that both have. */
  readonly reconciledBounds: boolean;
}

/**
 * The sum, in the coarser of both resolutions and with a zero bucket that holds both of theirs. Null if one has custom
 * buckets and the other has not. Empty buckets stay: see {@link compact}.
 *
 * @example add(a, b)?.histogram
 */
export function add(left: Histogram, right: Histogram): Combination | null {
  return combine(left, right, 1);
}

/**
 * The difference, on the terms of {@link add}. It may have negative counts. Its reset hint is that of a sum: the
 * operator `-` makes a gauge of it.
 */
export function subtract(left: Histogram, right: Histogram): Combination | null {
  return combine(left, right, -1);
}

function combine(left: Histogram, right: Histogram, sign: 1 | -1): Combination | null {
  if (hasCustomBuckets(left) !== hasCustomBuckets(right)) return null;
  const { hint, conflict } = combinedHint(left.resetHint, right.resetHint);
  if (hasSameLayout(left, right)) {
    const histogram = combineAlike(left, right, sign, hint);
    return { histogram, conflictingResets: conflict, reconciledBounds: false };
  }
  const tally = new Tally(left);
  tally.resetHint = hint;
  const reconciledBounds = tally.add(new Tally(right), sign);
  return { histogram: tally.histogram(false), conflictingResets: conflict, reconciledBounds };
}

function combineAlike(left: Histogram, right: Histogram, sign: 1 | -1, resetHint: ResetHint): Histogram {
  const counts = (from: readonly number[], to: readonly number[]) =>
    from.map((count, at) => count + sign * (to[at] ?? 0));
  return {
    ...left,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    count: left.count + sign * right.count,
    sum: left.sum + sign * right.sum,
    positiveBuckets: counts(left.positiveBuckets, right.positiveBuckets),
    negativeBuckets: counts(left.negativeBuckets, right.negativeBuckets),
    resetHint,
  };
}

/** All counts and the sum times a factor. A negative one makes a gauge of it. */
export function multiply(histogram: Histogram, factor: number): Histogram {
  return {
    ...histogram,
    zeroCount: histogram.zeroCount * factor,
    count: histogram.count * factor,
    sum: histogram.sum * factor,
    positiveBuckets: histogram.positiveBuckets.map((count) => count * factor),
    negativeBuckets: histogram.negativeBuckets.map((count) => count * factor),
    resetHint: factor < 0 ? "gauge" : histogram.resetHint,
  };
}

/** All counts and the sum through a divisor. A negative one makes a gauge of it, and zero leaves no buckets. */
export function divide(histogram: Histogram, divisor: number): Histogram {
  const keepsBuckets = divisor !== 0;
  return {
    ...histogram,
    zeroCount: histogram.zeroCount / divisor,
    count: histogram.count / divisor,
    sum: histogram.sum / divisor,
    positiveSpans: keepsBuckets ? histogram.positiveSpans : [],
    positiveBuckets: keepsBuckets ? histogram.positiveBuckets.map((count) => count / divisor) : [],
    negativeSpans: keepsBuckets ? histogram.negativeSpans : [],
    negativeBuckets: keepsBuckets ? histogram.negativeBuckets.map((count) => count / divisor) : [],
    resetHint: divisor < 0 ? "gauge" : histogram.resetHint,
  };
}

export function negate(histogram: Histogram): Histogram {
  return multiply(histogram, -1);
}
