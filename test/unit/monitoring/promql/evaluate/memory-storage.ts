import type { Histogram } from "../../../../../workers/monitoring/model/histogram.ts";
import { Labels } from "../../../../../workers/monitoring/model/labels.ts";
import { markStale, Samples } from "../../../../../workers/monitoring/model/samples.ts";
import type { SampleStorage } from "../../../../../workers/monitoring/promql/storage.ts";

export type Point = readonly [time: number, value: number | Histogram | "stale"];

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

/** Samples every so many milliseconds from 0 on, null for none. */
export function every(
  step: number,
  labels: TestSeries["labels"],
  values: readonly (Point[1] | null)[],
): TestSeries {
  const points = values.flatMap((value, index): Point[] => (value === null ? [] : [[index * step, value]]));
  return { labels, points };
}

/** Answers in batches of so few series that tests see several. */
export function memoryStorage(series: readonly TestSeries[], batchSize = 3): SampleStorage {
  return {
    async *select({ matchers, start, end }) {
      const selected = series.filter(({ labels }) =>
        matchers.every(({ name, matches }) => matches(labels[name] ?? "")),
      );
      for (let at = 0; at < selected.length; at += batchSize) {
        yield selected.slice(at, at + batchSize).map(({ labels, points }) => ({
          labels: Labels.of(labels),
          samples: () => samplesOf(points.filter(([time]) => time >= start && time <= end)),
        }));
      }
    },
  };
}

function samplesOf(points: readonly Point[]): Samples {
  const histograms = points.map(([, value]) => (typeof value === "object" ? value : null));
  const samples = new Samples(
    Float64Array.from(points, ([time]) => time),
    Float64Array.from(points, ([, value]) => (typeof value === "number" ? value : Number.NaN)),
    histograms.some((histogram) => histogram !== null) ? histograms : null,
  );
  for (const [index, [, value]] of points.entries()) if (value === "stale") markStale(samples.bits, index);
  return samples;
}
