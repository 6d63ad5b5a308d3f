import type { Histogram, Span } from "../../model/histogram.ts";
import { hasCustomBuckets, sameBounds } from "./bounds.ts";
import { expand, filterColumn, spanIndexes, spansOf } from "./columns.ts";
import { Tally } from "./tally.ts";

/** Without empty buckets, in the fewest spans. */
export function compact(histogram: Histogram): Histogram {
  const positive = compactSide(histogram.positiveSpans, histogram.positiveBuckets);
  const negative = compactSide(histogram.negativeSpans, histogram.negativeBuckets);
  if (positive === null && negative === null) return histogram;
  return {
    ...histogram,
    positiveSpans: positive?.spans ?? histogram.positiveSpans,
    positiveBuckets: positive?.buckets ?? histogram.positiveBuckets,
    negativeSpans: negative?.spans ?? histogram.negativeSpans,
    negativeBuckets: negative?.buckets ?? histogram.negativeBuckets,
  };
}

/** Null where it is compact already. */
function compactSide(
  spans: readonly Span[],
  buckets: readonly number[],
): { readonly spans: readonly Span[]; readonly buckets: readonly number[] } | null {
  const isCompact =
    !buckets.includes(0) && spans.every(({ offset, length }, at) => length > 0 && (at === 0 || offset > 0));
  if (isCompact) return null;
  const { indexes, counts } = filterColumn(expand(spans, buckets), (_, count) => count !== 0);
  return { spans: spansOf(indexes), buckets: counts };
}

/**
 * The same observations in a coarser resolution.
 *
 * @throws RangeError for a schema that is finer, and for custom buckets
 */
export function copyToSchema(histogram: Histogram, schema: number): Histogram {
  if (schema === histogram.schema) return histogram;
  if (hasCustomBuckets(histogram) || hasCustomBuckets({ schema }) || schema > histogram.schema) {
    throw new RangeError(`a histogram of schema ${histogram.schema} cannot be brought to schema ${schema}`);
  }
  const tally = new Tally(histogram);
  tally.coarsen(schema);
  return tally.histogram(false);
}

/** Whether both have the same buckets, the empty ones too, with the same numbers. NaN equals NaN; hints do not count. */
export function equals(left: Histogram, right: Histogram): boolean {
  return (
    hasSameLayout(left, right) &&
    Object.is(left.count, right.count) &&
    Object.is(left.sum, right.sum) &&
    Object.is(left.zeroCount, right.zeroCount) &&
    sameCounts(left.positiveBuckets, right.positiveBuckets) &&
    sameCounts(left.negativeBuckets, right.negativeBuckets)
  );
}

/** Whether a bucket of one stands for the same values as the bucket of the other at its place. */
export function hasSameLayout(left: Histogram, right: Histogram): boolean {
  return (
    left.schema === right.schema &&
    left.zeroThreshold === right.zeroThreshold &&
    sameBounds(left.customValues, right.customValues) &&
    sameSpans(left.positiveSpans, right.positiveSpans) &&
    sameSpans(left.negativeSpans, right.negativeSpans)
  );
}

/** Whether they cover the same buckets, however they are cut. */
function sameSpans(left: readonly Span[], right: readonly Span[]): boolean {
  if (left === right) return true;
  const alike =
    left.length === right.length &&
    left.every(({ offset, length }, at) => offset === right[at]?.offset && length === right[at]?.length);
  return alike || sameBounds(spanIndexes(left), spanIndexes(right));
}

function sameCounts(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((count, at) => Object.is(count, right[at]));
}
