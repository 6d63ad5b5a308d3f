import { CUSTOM_BUCKETS_SCHEMA, type Histogram, type Span } from "../model/histogram.ts";

const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;
/** Beyond it no finite double falls into a bucket, whatever the schema. */
const MAX_BUCKET_INDEX = 2 ** 20;

/**
 * Whether a histogram fits the rules of Prometheus (model/histogram/float_histogram.go: Validate). That its count is
 * the sum of its buckets is not among them: of floats it need not be exact.
 */
export function histogramIsSound(histogram: Histogram): boolean {
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets } = histogram;
  return (
    !(histogram.count < 0 || histogram.zeroCount < 0 || histogram.zeroThreshold < 0) &&
    bucketsAreSound(positiveSpans, positiveBuckets) &&
    bucketsAreSound(negativeSpans, negativeBuckets) &&
    (histogram.schema === CUSTOM_BUCKETS_SCHEMA ? customIsSound(histogram) : exponentialIsSound(histogram))
  );
}

function exponentialIsSound({ schema, zeroThreshold, customValues }: Histogram): boolean {
  return (
    Number.isInteger(schema) &&
    schema >= MIN_SCHEMA &&
    schema <= MAX_SCHEMA &&
    zeroThreshold < Infinity &&
    customValues.length === 0
  );
}

function customIsSound({ zeroCount, zeroThreshold, negativeSpans, ...histogram }: Histogram): boolean {
  const { positiveSpans, customValues } = histogram;
  const bucketsEnd = positiveSpans.reduce((end, { offset, length }) => end + offset + length, 0);
  let before = -Infinity;
  for (const bound of customValues) {
    if (!(bound > before)) return false;
    before = bound;
  }
  return (
    before < Infinity &&
    zeroCount === 0 &&
    zeroThreshold === 0 &&
    negativeSpans.length === 0 &&
    (positiveSpans[0]?.offset ?? 0) >= 0 &&
    bucketsEnd <= customValues.length + 1
  );
}

function bucketsAreSound(spans: readonly Span[], buckets: readonly number[]): boolean {
  let length = 0;
  let end = 0;
  for (const [at, span] of spans.entries()) {
    if (at > 0 && span.offset < 0) return false;
    length += span.length;
    end += span.offset + span.length;
    if (Math.abs(end) > MAX_BUCKET_INDEX) return false;
  }
  return length === buckets.length && !buckets.some((count) => count < 0);
}

/** How many numbers a histogram holds: what it takes of memory. A span counts for four. */
export function histogramNumbers(histogram: Histogram): number {
  const { positiveBuckets, negativeBuckets, customValues, positiveSpans, negativeSpans } = histogram;
  const spans = positiveSpans.length + negativeSpans.length;
  return positiveBuckets.length + negativeBuckets.length + customValues.length + spans * 4;
}
