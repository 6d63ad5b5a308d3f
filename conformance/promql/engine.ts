import {
  instantQuery,
  type QueryOutcome,
  rangeQuery,
} from "../../workers/monitoring/promql/evaluate/query.ts";
import type { MatrixSeries } from "../../workers/monitoring/promql/evaluate/result.ts";
import type { SampleStorage } from "../../workers/monitoring/promql/storage.ts";
import type { Annotated, ResultSeries, ResultValue } from "./result.ts";
import type { TimeRange } from "./script.ts";

/** As Prometheus configures its own engine for these tests (promql/promqltest/test.go: NewTestEngine). */
const OPTIONS = {
  lookbackDelta: 5 * 60_000,
  subqueryStep: 60_000,
  maxSamples: 10_000,
  delayedNameRemoval: true,
};

/** Runs queries over what a script has loaded. Times are in milliseconds. */
export interface Engine {
  instant(query: string, at: number): Promise<Annotated>;
  range(query: string, range: TimeRange): Promise<Annotated>;
}

export function makeEngine(storage: SampleStorage): Engine {
  return {
    instant: async (query, time) => annotated(await instantQuery({ ...OPTIONS, storage, query, time })),
    range: async (query, range) => annotated(await rangeQuery({ ...OPTIONS, storage, query, ...range })),
  };
}

function annotated({ value, warnings, infos }: QueryOutcome): Annotated {
  return { value: comparable(value), warnings, infos };
}

function comparable(value: QueryOutcome["value"]): ResultValue {
  if (value.type === "matrix") return { type: "matrix", series: value.series.map(seriesOf) };
  if (value.type !== "vector") return value;
  const { time, elements } = value;
  return {
    type: "vector",
    series: elements.map(({ labels, ...element }) => ({ labels, points: [{ time, ...element }] })),
  };
}

function seriesOf({ labels, samples: { times, values, histograms } }: MatrixSeries): ResultSeries {
  const points = Array.from(times, (time, index) => ({
    time,
    value: values[index] ?? Number.NaN,
    histogram: histograms?.[index] ?? null,
  }));
  return { labels, points };
}
