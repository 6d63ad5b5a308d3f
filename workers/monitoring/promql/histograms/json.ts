import type { Histogram } from "../../model/histogram.ts";
import { numberText } from "../../model/number-text.ts";
import { allBuckets, type Bucket } from "./buckets.ts";

/** A bucket's bounds that belong to it: 0 the upper one, 1 the lower one, 2 none, 3 both. */
type Boundaries = 0 | 1 | 2 | 3;

/** The form in which Prometheus' HTTP API writes a histogram (util/jsonutil/marshal.go). Without buckets, none are named. */
interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [Boundaries, lower: string, upper: string, count: string])[];
}

export function toJson(histogram: Histogram): HistogramJson {
  const buckets = allBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(
      (bucket) =>
        [
          boundaries(bucket),
          numberText(bucket.lower),
          numberText(bucket.upper),
          numberText(bucket.count),
        ] as const,
    );
  const totals = { count: numberText(histogram.count), sum: numberText(histogram.sum) };
  return buckets.length === 0 ? totals : { ...totals, buckets };
}

function boundaries({ lowerInclusive, upperInclusive }: Bucket): Boundaries {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}
