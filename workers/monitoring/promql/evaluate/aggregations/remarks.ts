import { formatG } from "../../functions/remarks.ts";

/** What Prometheus remarks about aggregations (Prometheus: util/annotations/annotations.go). */

export function ignoredHistogram(aggregation: string): string {
  return `ignored histogram in ${aggregation} aggregation`;
}

export function invalidRatio(ratio: number, limit: number): string {
  return `ratio value should be between -1 and 1, got ${formatG(ratio)}, capping to ${limit}`;
}
