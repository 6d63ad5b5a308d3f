import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from "../../model/histogram.ts";

/** The powers of two are split into at most 2^8 buckets. */
const FINEST = 256;
const FRACTIONS = Float64Array.from({ length: FINEST }, (_, step) => 2 ** (step / FINEST));
const LARGEST_EXPONENT = 1024;

export function hasCustomBuckets({ schema }: Pick<Histogram, "schema">): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA;
}

/**
 * Where the bucket at an index ends, as a distance from zero. The last bucket of finite values ends at the largest
 * number there is, so that infinite observations have a bucket of their own (Prometheus: model/histogram/generic.go).
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent === LARGEST_EXPONENT ? Number.MAX_VALUE : 2 ** exponent;
  }
  const exponent = index >> schema;
  const step = index - (exponent << schema);
  if (exponent === LARGEST_EXPONENT && step === 0) return Number.MAX_VALUE;
  return (FRACTIONS[step << (8 - schema)] ?? 1) * 2 ** exponent;
}

/** Where the custom bucket at an index ends: -Inf before the first, +Inf for the last. */
export function customBound(index: number, customValues: readonly number[]): number {
  if (index < 0) return Number.NEGATIVE_INFINITY;
  return customValues[index] ?? Number.POSITIVE_INFINITY;
}

export function sameBounds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((bound, index) => bound === right[index]);
}

/** The bounds that both have; both are ascending. */
export function commonBounds(left: readonly number[], right: readonly number[]): readonly number[] {
  const others = new Set(right);
  return left.filter((bound) => others.has(bound));
}
