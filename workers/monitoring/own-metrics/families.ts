import type { ExposedFamily, ExposedHistogram, ExposedValue } from "../exposition/family.ts";
import { Labels } from "../model/labels.ts";
import { OWN_METRICS, type OwnMetric, type OwnMetricName } from "./catalog.ts";
import type { OwnDistribution, OwnValue } from "./meter.ts";
import type { OwnTotals } from "./totals.ts";

const UNITS = ["seconds", "bytes"];

/** The totals as metric families, in the catalogue's order. What was never measured is left out. */
export function ownFamilies({ counters, gauges, histograms }: OwnTotals): ExposedFamily[] {
  const values = Map.groupBy([...counters, ...gauges], ({ name }) => name);
  const distributions = Map.groupBy(histograms, ({ name }) => name);
  const all = Object.entries<OwnMetric>(OWN_METRICS).map(([key, { type, help }]): ExposedFamily => {
    const name = key as OwnMetricName;
    const head = { name, help, unit: UNITS.find((unit) => name.endsWith(`_${unit}`)) ?? "" };
    return type === "histogram"
      ? { ...head, type, series: (distributions.get(name) ?? []).map(toHistogram) }
      : { ...head, type, series: (values.get(name) ?? []).map(toValue) };
  });
  return all.filter(({ series }) => series.length > 0);
}

const toValue = ({ name, labels, value }: OwnValue): ExposedValue => ({
  labels: labelsOf(name, labels),
  value,
});

function toHistogram({ name, labels, counts, sum }: OwnDistribution): ExposedHistogram {
  const { buckets: bounds = [] }: OwnMetric = OWN_METRICS[name];
  let count = 0;
  const buckets = counts.map((inBucket, index) => {
    count += inBucket;
    return { upperBound: bounds[index] ?? Number.POSITIVE_INFINITY, count };
  });
  return { labels: labelsOf(name, labels), buckets, sum, count };
}

const labelsOf = (name: OwnMetricName, values: readonly string[]): Labels =>
  Labels.from(OWN_METRICS[name].labels.map((label, index) => [label, values[index] ?? ""]));
