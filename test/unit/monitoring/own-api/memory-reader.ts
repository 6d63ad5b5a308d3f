import { RESOLUTIONS } from "../../../../workers/monitoring/head/shard-settings.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { Samples } from "../../../../workers/monitoring/model/samples.ts";
import type { MetricReader } from "../../../../workers/monitoring/own-api/metric-reader.ts";
import { Budget } from "../../../../workers/monitoring/promql/evaluate/budget.ts";
import { mergeRollups } from "../../../../workers/monitoring/rollups/merge-rollups.ts";
import { rollUp } from "../../../../workers/monitoring/rollups/rollup.ts";

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [time: number, value: number])[];
}

const DAY = 86_400_000;

/** Keeps samples, and rolls them up day by day as a shard does. */
export function memoryReader(series: readonly TestSeries[]): MetricReader {
  const select: MetricReader["select"] = async function* ({ matchers, start, end }) {
    for (const { labels, points } of series) {
      if (!matchers.every(({ name, matches }) => matches(labels[name] ?? ""))) continue;
      const inside = points.filter(([time]) => time >= start && time <= end);
      yield [{ labels: Labels.of(labels), samples: () => samplesOf(inside) }];
    }
  };
  return {
    select,
    async *rollups({ matchers, start, end }, resolution) {
      const size = RESOLUTIONS[resolution];
      const whole = { start: Math.floor(start / size) * size, end: (Math.floor(end / size) + 1) * size - 1 };
      for await (const batch of select({ matchers, ...whole })) {
        for (const { labels, samples } of batch) {
          const { times, values } = samples();
          const points = Array.from(times, (time, i) => [time, values[i] ?? 0] as const);
          const days = Map.groupBy(points, ([time]) => Math.floor(time / DAY));
          const parts = [...days.values()].map((day) => rollUp(samplesOf(day), size));
          if (parts.length > 0) yield [{ labels, rollup: () => mergeRollups(parts) }];
        }
      }
    },
  };
}

const samplesOf = (points: TestSeries["points"]): Samples =>
  new Samples(
    Float64Array.from(points, ([time]) => time),
    Float64Array.from(points, ([, value]) => value),
  );

export const newBudget = (): Budget =>
  new Budget({
    maxSamples: Number.POSITIVE_INFINITY,
    deadline: null,
    now: () => 0,
    signal: null,
    yieldToOthers: async () => {},
  });
