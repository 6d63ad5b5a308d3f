import type { Histogram } from "../../model/histogram.ts";
import { formatG } from "../functions/remarks.ts";
import { type Bucket, negativeBuckets, positiveBuckets, zeroBucket } from "./buckets.ts";

/**
 * As Prometheus writes one in texts: all populated buckets as intervals.
 *
 * @example toText(histogram) // "{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}"
 */
export function toText(histogram: Histogram): string {
  const buckets = [
    ...negativeBuckets(histogram).reverse(),
    zeroBucket(histogram),
    ...positiveBuckets(histogram),
  ];
  const populated = buckets.filter(({ count }) => count !== 0).map(bucketText);
  return `{${[`count:${formatG(histogram.count)}`, `sum:${formatG(histogram.sum)}`, ...populated].join(", ")}}`;
}

function bucketText({ lower, upper, lowerInclusive, upperInclusive, count }: Bucket): string {
  const interval = `${formatG(lower)},${formatG(upper)}`;
  return `${lowerInclusive ? "[" : "("}${interval}${upperInclusive ? "]" : ")"}:${formatG(count)}`;
}
