import type { Histogram, Span } from "../../workers/monitoring/model/histogram.ts";

/** The relative difference that is allowed. */
const EPSILON = 1e-6;
/** The smallest positive normal number. */
const MIN_NORMAL = 2 ** -1022;

/** Equal but for rounding, or both NaN (util/almost/almost.go). */
export function isAlmostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return difference < EPSILON * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}

/** Histograms of the same buckets with almost equal counts; how their spans are cut makes no difference. */
export function isAlmostEqualHistogram(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    isAlmostEqual(a.zeroCount, b.zeroCount) &&
    isAlmostEqual(a.count, b.count) &&
    isAlmostEqual(a.sum, b.sum) &&
    a.customValues.length === b.customValues.length &&
    a.customValues.every((bound, index) => bound === b.customValues[index]) &&
    haveSameBuckets([a.positiveSpans, a.positiveBuckets], [b.positiveSpans, b.positiveBuckets]) &&
    haveSameBuckets([a.negativeSpans, a.negativeBuckets], [b.negativeSpans, b.negativeBuckets])
  );
}

type Side = readonly [spans: readonly Span[], counts: readonly number[]];

function haveSameBuckets(a: Side, b: Side): boolean {
  const ofA = [...filledBuckets(a)];
  const ofB = [...filledBuckets(b)];
  return (
    ofA.length === ofB.length &&
    ofA.every(([bucket, count], at) => ofB[at]?.[0] === bucket && isAlmostEqual(count, ofB[at]?.[1] ?? 0))
  );
}

function* filledBuckets([spans, counts]: Side): Generator<[bucket: number, count: number]> {
  let bucket = 0;
  let at = 0;
  for (const { offset, length } of spans) {
    bucket += offset;
    for (let i = 0; i < length; i++, bucket++, at++) {
      const count = counts[at] ?? 0;
      if (count !== 0) yield [bucket, count];
    }
  }
}
