import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import { type Labels, METRIC_NAME } from "../../workers/monitoring/model/labels.ts";
import { fromClassic } from "../../workers/monitoring/promql/histograms/classic.ts";

const SUFFIX = /_(bucket|count|sum)$/;
const BUCKET_LABEL = "le";

export interface FloatPoint {
  readonly time: number;
  readonly value: number;
}

export interface HistogramPoint {
  readonly time: number;
  readonly histogram: Histogram;
}

interface ClassicHistogram {
  /** Cumulative counts by upper bound. */
  readonly buckets: Map<number, number>;
  count: number | null;
  sum: number;
}

/**
 * Classic histograms, collected from their series (…_bucket, …_count, …_sum) and made native ones with custom buckets
 * (util/convertnhcb/convertnhcb.go).
 */
export class CustomBucketsConverter {
  readonly #collected = new Map<string, { labels: Labels; byTime: Map<number, ClassicHistogram> }>();

  /** Takes notice of a series; those of no classic histogram are passed over. */
  add(labels: Labels, points: readonly FloatPoint[]): void {
    const part = SUFFIX.exec(labels.metricName)?.[1];
    if (part === undefined) return;
    const bound = Number(labels.get(BUCKET_LABEL).replace(/^\+?Inf$/, "Infinity"));
    if (part === "bucket" && (!labels.has(BUCKET_LABEL) || Number.isNaN(bound))) return;
    const base = labels.with(METRIC_NAME, labels.metricName.replace(SUFFIX, "")).with(BUCKET_LABEL, "");
    const { byTime } = entryOf(this.#collected, base.key, () => ({ labels: base, byTime: new Map() }));
    for (const { time, value } of points) {
      const histogram = entryOf(byTime, time, () => ({ buckets: new Map(), count: null, sum: 0 }));
      if (part === "bucket") histogram.buckets.set(bound, value);
      else if (part === "count") histogram.count = value;
      else histogram.sum = value;
    }
  }

  /** @throws RangeError for a histogram whose parts contradict each other */
  *convert(): Generator<{ labels: Labels; points: HistogramPoint[] }> {
    for (const { labels, byTime } of this.#collected.values()) {
      const times = [...byTime].sort(([a], [b]) => a - b);
      yield { labels, points: times.map(([time, classic]) => ({ time, histogram: fromClassic(classic) })) };
    }
  }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
