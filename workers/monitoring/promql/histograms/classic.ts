import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from "../../model/histogram.ts";
import { compact } from "./layout.ts";

/** A classic histogram at one time: how many observations are up to each bound, and what is known of all of them. */
export interface ClassicHistogram {
  /** In any order; without a bucket that ends at +Inf, `count` is its count. */
  readonly buckets: readonly { readonly upperBound: number; readonly count: number }[];
  readonly count: number | null;
  readonly sum: number | null;
}

/**
 * A classic histogram as a native one with custom buckets (Prometheus: util/convertnhcb). Null if it counts less up to a
 * bound than up to a lower one, or other than `count` in all.
 */
export function fromClassic(classic: ClassicHistogram): Histogram | null {
  const sorted = [...classic.buckets].sort((left, right) => left.upperBound - right.upperBound);
  const last = sorted.at(-1);
  const count = classic.count ?? last?.count ?? 0;
  if (last?.upperBound !== Number.POSITIVE_INFINITY)
    sorted.push({ upperBound: Number.POSITIVE_INFINITY, count });
  const counts = sorted.map((bucket, at) => bucket.count - (sorted[at - 1]?.count ?? 0));
  if (counts.some((each) => each < 0) || sorted.at(-1)?.count !== count) return null;
  return compact({
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: classic.sum ?? 0,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: sorted.slice(0, -1).map(({ upperBound }) => upperBound),
    resetHint: "unknown",
  });
}
