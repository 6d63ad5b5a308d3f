import {
  type LabelsOf,
  OWN_METRICS,
  type OwnCounter,
  type OwnHistogram,
  type OwnMetric,
  type OwnMetricName,
} from "./catalog.ts";

/** Label values stand in the catalogue's order. */
export interface OwnValue {
  name: OwnMetricName;
  labels: string[];
  value: number;
}

export interface OwnDistribution {
  name: OwnMetricName;
  labels: string[];
  /** Observations a bucket, not cumulative, the last bucket reaching to +Inf. */
  counts: number[];
  /** Of all observed values. */
  sum: number;
}

/** What was counted since the last time that somebody asked. */
export interface Measured {
  counters: OwnValue[];
  histograms: OwnDistribution[];
}

/** So many counters, and as many histograms, are told apart between two reports; more would be a mistake in labels. */
const MAX_SERIES = 2_000;

/** Counts in memory, so that nothing that is measured waits for it. */
class Meter {
  readonly #counters = new Map<string, OwnValue>();
  readonly #histograms = new Map<string, OwnDistribution>();

  count<Name extends OwnCounter>(name: Name, labels: LabelsOf<Name>, amount = 1): void {
    const values = valuesOf(name, labels);
    const counter = entryOf(this.#counters, name, values, () => ({ name, labels: values, value: 0 }));
    if (counter !== null) counter.value += amount;
  }

  /** @param value in the unit of the metric: seconds for all durations */
  observe<Name extends OwnHistogram>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const { buckets = [] }: OwnMetric = OWN_METRICS[name];
    const values = valuesOf(name, labels);
    const empty = () => ({ name, labels: values, counts: Array<number>(buckets.length + 1).fill(0), sum: 0 });
    const histogram = entryOf(this.#histograms, name, values, empty);
    if (histogram === null) return;
    const bucket = buckets.findIndex((bound) => value <= bound);
    const index = bucket === -1 ? buckets.length : bucket;
    histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
    histogram.sum += value;
  }

  get isEmpty(): boolean {
    return this.#counters.size === 0 && this.#histograms.size === 0;
  }

  /** What was counted, which is forgotten here. */
  take(): Measured {
    const measured = { counters: [...this.#counters.values()], histograms: [...this.#histograms.values()] };
    this.#counters.clear();
    this.#histograms.clear();
    return measured;
  }
}

/** What this isolate measures. */
export const meter = new Meter();

const valuesOf = (name: OwnMetricName, labels: Readonly<Record<string, string>>): string[] =>
  OWN_METRICS[name].labels.map((label) => labels[label] ?? "");

function entryOf<Entry>(
  entries: Map<string, Entry>,
  name: string,
  values: readonly string[],
  make: () => Entry,
): Entry | null {
  const key = `${name}\n${values.join("\n")}`;
  const known = entries.get(key);
  if (known !== undefined) return known;
  if (entries.size >= MAX_SERIES) return null;
  const made = make();
  entries.set(key, made);
  return made;
}
