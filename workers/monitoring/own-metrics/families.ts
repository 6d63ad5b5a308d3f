import { OWN_METRICS, type OwnMetric, type OwnMetricName } from "./catalog.ts";
import type { OwnTotals } from "./totals.ts";

/** One sample of a metric: what a line of the text exposition says. */
export interface OwnPoint {
  /** With the suffix of its part, such as _bucket. */
  name: string;
  labels: [name: string, value: string][];
  value: number;
}

export interface OwnFamily {
  metric: string;
  type: OwnMetric["type"];
  help: string;
  unit: string;
  points: OwnPoint[];
}

/** The totals as metric families, in the catalogue's order; a metric that nothing was measured of is left out. */
export function ownFamilies({ counters, gauges, histograms }: OwnTotals): OwnFamily[] {
  const points = new Map<OwnMetricName, OwnPoint[]>();
  const add = (metric: OwnMetricName, more: OwnPoint[]) => {
    const known = points.get(metric);
    if (known === undefined) points.set(metric, more);
    else known.push(...more);
  };
  for (const { name, labels, value } of [...counters, ...gauges]) {
    add(name, [{ name, labels: labelsOf(name, labels), value }]);
  }
  for (const { name, labels, counts, sum } of histograms) {
    add(name, histogramPoints(name, labelsOf(name, labels), counts, sum));
  }
  return Object.entries<OwnMetric>(OWN_METRICS).flatMap(([metric, { type, help }]) => {
    const found = points.get(metric as OwnMetricName);
    const unit = metric.endsWith("_seconds") ? "seconds" : metric.endsWith("_bytes") ? "bytes" : "";
    return found === undefined ? [] : [{ metric, type, help, unit, points: found }];
  });
}

function histogramPoints(
  name: OwnMetricName,
  labels: [string, string][],
  counts: readonly number[],
  sum: number,
): OwnPoint[] {
  const { buckets = [] }: OwnMetric = OWN_METRICS[name];
  let count = 0;
  const cumulative = counts.map((inBucket, index): OwnPoint => {
    count += inBucket;
    const bound = buckets[index];
    const le = bound === undefined ? "+Inf" : String(bound);
    return { name: `${name}_bucket`, labels: [...labels, ["le", le]], value: count };
  });
  return [
    ...cumulative,
    { name: `${name}_sum`, labels, value: sum },
    { name: `${name}_count`, labels, value: count },
  ];
}

const labelsOf = (name: OwnMetricName, values: readonly string[]): [string, string][] =>
  OWN_METRICS[name].labels.map((label, index) => [label, values[index] ?? ""]);
