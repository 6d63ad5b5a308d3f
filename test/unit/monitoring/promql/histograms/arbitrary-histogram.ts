import fc from "fast-check";
import {
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  type ResetHint,
  type Span,
} from "../../../../../workers/monitoring/model/histogram.ts";

const resetHint = fc.constantFrom<ResetHint>("unknown", "reset", "not_reset", "gauge");
const bucketCount = fc.integer({ min: 0, max: 1000 });

function side(first: fc.Arbitrary<number>): fc.Arbitrary<{ spans: Span[]; buckets: number[] }> {
  const span = fc.record({
    offset: fc.integer({ min: 1, max: 4 }),
    buckets: fc.array(bucketCount, { minLength: 1, maxLength: 5 }),
  });
  return fc.tuple(first, fc.array(span, { maxLength: 4 })).map(([offset, spans]) => ({
    spans: spans.map((each, at) => ({
      offset: at === 0 ? offset : each.offset,
      length: each.buckets.length,
    })),
    buckets: spans.flatMap(({ buckets }) => buckets),
  }));
}

const total = (...buckets: readonly number[][]) => buckets.flat().reduce((sum, count) => sum + count, 0);

/** Of buckets none of which reaches into the zero bucket. */
export const exponentialHistogram: fc.Arbitrary<Histogram> = fc
  .record({ schema: fc.integer({ min: -4, max: 8 }), zeroThreshold: fc.constantFrom(0, 0.001, 1, 1.5) })
  .chain(({ schema, zeroThreshold }) => {
    const nearest = zeroThreshold === 0 ? -20 : Math.ceil(Math.log2(zeroThreshold) * 2 ** schema) + 1;
    const index = fc.integer({ min: nearest, max: nearest + 40 });
    return fc.record({
      schema: fc.constant(schema),
      zeroThreshold: fc.constant(zeroThreshold),
      zeroCount: bucketCount,
      sum: fc.integer({ min: -1e6, max: 1e6 }),
      positive: side(index),
      negative: side(index),
      resetHint,
    });
  })
  .map(({ positive, negative, ...rest }) => ({
    ...rest,
    count: total([rest.zeroCount], positive.buckets, negative.buckets),
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customValues: [],
  }));

export const customHistogram: fc.Arbitrary<Histogram> = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: -5, max: 15 }), { maxLength: 8 }),
    counts: fc.array(bucketCount, { minLength: 9, maxLength: 9 }),
    sum: fc.integer({ min: -1e6, max: 1e6 }),
    resetHint,
  })
  .map(({ bounds, counts, sum, resetHint: hint }) => {
    const buckets = counts.slice(0, bounds.length + 1);
    return {
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count: total(buckets),
      sum,
      positiveSpans: [{ offset: 0, length: buckets.length }],
      positiveBuckets: buckets,
      negativeSpans: [],
      negativeBuckets: [],
      customValues: bounds.sort((a, b) => a - b),
      resetHint: hint,
    };
  });

export const anyHistogram = fc.oneof(exponentialHistogram, customHistogram);

/** Two that can be added. */
export const compatiblePair = fc.oneof(
  fc.tuple(exponentialHistogram, exponentialHistogram),
  fc.tuple(customHistogram, customHistogram),
);
