import { randomFrom } from "../synthetic-text.ts";
import { remoteWriteBody, type SentLabels } from "./remote-write-body.ts";
import { makeSeries, SHAPES } from "./series-shapes.ts";

/** What is measured apart: shapes of series, by what operators call them. */
export const KINDS = {
  counters: ["idle counter", "request counter"],
  "integer gauges": ["integer gauge", "memory gauge, whole pages"],
  decimals: ["2 decimals, wandering", "CPU seconds, 2 decimals"],
} as const;
export type Kind = keyof typeof KINDS;

const NAMES: Record<Kind, string> = {
  counters: "load_requests_total",
  "integer gauges": "load_queue_length",
  decimals: "load_temperature_celsius",
};
const INSTANCES_A_JOB = 100;
const SERIES_A_JOB = 1_000;

/** A row of scrapes: each series has one value in each. */
export interface Load {
  series: { name: string; labels: SentLabels }[];
  scrapes: number;
  valueOf(series: number, scrape: number): number;
}

/** The same load each time. Series take turns between the kinds; a thousand have the same job. */
export function makeLoad(series: number, scrapes: number, kinds: readonly Kind[]): Load {
  const random = randomFrom(series);
  const values: Float64Array[] = [];
  const described = Array.from({ length: series }, (_, number) => {
    const kind = kinds[number % kinds.length] ?? "counters";
    const shapes = KINDS[kind];
    const shape = SHAPES[shapes[Math.floor(number / kinds.length) % shapes.length] ?? ""];
    if (shape === undefined) throw new Error(`There is no shape for ${kind}.`);
    values.push(makeSeries(shape, random, number, scrapes).values);
    return { name: NAMES[kind], labels: labelsOf(NAMES[kind], number) };
  });
  return {
    series: described,
    scrapes,
    valueOf: (number, scrape) => values[number]?.[scrape] ?? 0,
  };
}

function labelsOf(name: string, number: number): SentLabels {
  const host = number % INSTANCES_A_JOB;
  return [
    ["__name__", name],
    ["instance", `10.0.${host >> 4}.${host & 15}:9100`],
    ["job", `job-${Math.floor(number / SERIES_A_JOB)}`],
    ["method", ["GET", "POST", "PUT"][number % 3] ?? ""],
    ["path", `/api/v1/things/${Math.floor(number / INSTANCES_A_JOB)}`],
    ["status", String(200 + (number % 5))],
  ];
}

/** One scrape of some series, as a body of remote write. */
export function remoteWriteOf(load: Load, from: number, to: number, scrape: number, time: number) {
  const part = load.series.slice(from, to).map(({ labels }, place) => ({
    labels,
    samples: [[time, load.valueOf(from + place, scrape)] as const],
  }));
  return remoteWriteBody(part);
}

/** The same, as a body of `POST /api/v1/metrics/batch`. */
export function jsonOf(load: Load, from: number, to: number, scrape: number, time: number) {
  const metrics = load.series.slice(from, to).map(({ name, labels }, place) => ({
    name,
    labels: Object.fromEntries(labels.slice(1)),
    value: load.valueOf(from + place, scrape),
    timestamp: time,
  }));
  return Buffer.from(JSON.stringify({ metrics }));
}
