import { CUSTOM_BUCKETS_SCHEMA, EMPTY_HISTOGRAM, type Histogram } from "../../model/histogram.ts";
import { compact } from "./layout.ts";

/** A classic histogram at one time. */
export interface ClassicHistogram {
  /** How many observations are up to each bound, in any order; the bound +Inf may be missing. */
  readonly buckets: Iterable<readonly [upperBound: number, count: number]>;
  /** Of all observations; null: as many as up to the greatest bound. */
  readonly count: number | null;
  readonly sum: number;
}

/**
 * A classic histogram as a native one with custom buckets (Prometheus: util/convertnhcb/convertnhcb.go).
 *
 * @throws RangeError for one whose parts contradict each other
 */
export function fromClassic({ buckets, count: givenCount, sum }: ClassicHistogram): Histogram {
  const cumulative = [...buckets].sort(([left], [right]) => left - right);
  const count = givenCount ?? cumulative.at(-1)?.[1];
  if (count === undefined) throw new RangeError("a histogram without buckets has no count either");
  if (cumulative.at(-1)?.[0] !== Number.POSITIVE_INFINITY) cumulative.push([Number.POSITIVE_INFINITY, count]);
  if (cumulative.at(-1)?.[1] !== count)
    throw new RangeError("the count differs from that of the last bucket");
  const counts = cumulative.map(([, upTo], at) => upTo - (cumulative[at - 1]?.[1] ?? 0));
  if (counts.some((inBucket) => inBucket < 0)) throw new RangeError("bucket counts are not cumulative");
  return compact({
    ...EMPTY_HISTOGRAM,
    schema: CUSTOM_BUCKETS_SCHEMA,
    count,
    sum,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    customValues: cumulative.slice(0, -1).map(([bound]) => bound),
  });
}
