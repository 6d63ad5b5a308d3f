/** What Prometheus remarks about aggregations (Prometheus: util/annotations/annotations.go). */

export function ignoredHistogram(aggregation: string): string {
  return `ignored histogram in ${aggregation} aggregation`;
}
