import type { Histogram, Span } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";

const COARSEST_SCHEMA = -4;
const FINEST_SCHEMA = 8;
/** No finite number falls into a bucket so far out, whatever the schema. */
const FURTHEST_INDEX = 2 ** 20;

/**
 * Why a histogram is not one: null for a good one. That the count is not less than the buckets' is not asked, since
 * rounding breaks it (Prometheus: FloatHistogram.Validate, whose words these are).
 */
export function validate(histogram: Histogram): string | null {
  if (hasCustomBuckets(histogram)) return customFault(histogram) ?? countFault(histogram);
  const { schema } = histogram;
  if (!Number.isInteger(schema) || schema < COARSEST_SCHEMA || schema > FINEST_SCHEMA) {
    return `histogram has an invalid schema, which must be between ${COARSEST_SCHEMA} and ${FINEST_SCHEMA} for exponential buckets, or -53 for custom buckets, got schema ${schema}`;
  }
  return exponentialFault(histogram) ?? countFault(histogram);
}

function exponentialFault(histogram: Histogram): string | null {
  const positive = spanFault(histogram.positiveSpans, histogram.positiveBuckets.length);
  if (positive !== null) return `positive side: ${positive}`;
  const negative =
    spanFault(histogram.negativeSpans, histogram.negativeBuckets.length) ??
    bucketFault(histogram.negativeBuckets);
  if (negative !== null) return `negative side: ${negative}`;
  if (!(histogram.zeroThreshold >= 0 && histogram.zeroThreshold < Number.POSITIVE_INFINITY)) {
    return `zero threshold is ${histogram.zeroThreshold}, which must be a finite number that is not negative`;
  }
  if (histogram.zeroCount < 0) {
    return `zero bucket has observation count of ${histogram.zeroCount}: histogram has a bucket whose observation count is negative`;
  }
  return histogram.customValues.length > 0
    ? "histogram with exponential schema must not have custom bounds"
    : null;
}

function customFault(histogram: Histogram): string | null {
  const { customValues, positiveSpans, positiveBuckets } = histogram;
  const fault = boundFault(customValues) ?? spanFault(positiveSpans, positiveBuckets.length, true);
  if (fault !== null) return `custom buckets: ${fault}`;
  const covered = positiveSpans.reduce((sum, { offset, length }) => sum + offset + length, 0);
  if (covered > customValues.length + 1) {
    return `custom buckets: only ${customValues.length} custom bounds defined which is insufficient to cover total span length of ${covered}: histogram custom bounds are too few`;
  }
  if (histogram.zeroCount !== 0) return "custom buckets: must have zero count of 0";
  if (histogram.zeroThreshold !== 0) return "custom buckets: must have zero threshold of 0";
  if (histogram.negativeSpans.length > 0) return "custom buckets: must not have negative spans";
  return histogram.negativeBuckets.length > 0 ? "custom buckets: must not have negative buckets" : null;
}

function boundFault(bounds: readonly number[]): string | null {
  let previous = Number.NEGATIVE_INFINITY;
  for (const bound of bounds) {
    if (!(bound > previous)) {
      return `previous bound is ${previous} and current is ${bound}: histogram custom bounds must be in strictly increasing order`;
    }
    previous = bound;
  }
  return previous === Number.POSITIVE_INFINITY
    ? "last +Inf bound must not be explicitly defined: histogram custom bounds must be finite"
    : null;
}

/** Only the first span of exponential buckets may lie before the bucket that ends at one. */
function spanFault(spans: readonly Span[], buckets: number, startsAtZero = false): string | null {
  const backwards = spans.findIndex(({ offset }, at) => offset < 0 && (at > 0 || startsAtZero));
  if (backwards !== -1) {
    return `span number ${backwards + 1} with offset ${spans[backwards]?.offset}: histogram has a span whose offset is negative`;
  }
  const needed = spans.reduce((sum, { length }) => sum + length, 0);
  let end = 0;
  for (const { offset, length } of spans) {
    end += offset + length;
    if (Math.abs(end) > FURTHEST_INDEX) return `spans reach bucket ${end}, which no number falls into`;
  }
  return needed === buckets
    ? null
    : `spans need ${needed} buckets, have ${buckets} buckets: histogram spans specify different number of buckets than provided`;
}

function countFault({ count, positiveBuckets }: Histogram): string | null {
  if (count < 0) return `observation count is ${count}: histogram's observation count is negative`;
  const fault = bucketFault(positiveBuckets);
  return fault === null ? null : `positive side: ${fault}`;
}

function bucketFault(buckets: readonly number[]): string | null {
  const negative = buckets.findIndex((count) => count < 0);
  return negative === -1
    ? null
    : `bucket number ${negative + 1} has observation count of ${buckets[negative]}: histogram has a bucket whose observation count is negative`;
}
