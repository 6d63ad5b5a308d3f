import type { LocalWorker } from "../../scripts/local-worker.ts";
import { type Spread, spreadOf } from "../requests.ts";
import { fill } from "./fill.ts";
import { makeLoad } from "./load.ts";
import type { OtherServer } from "./other-servers.ts";
import { PrometheusApi } from "./prometheus-api.ts";
import { sealAll } from "./shard-handle.ts";

/** One query, asked of both in turn. Milliseconds over HTTP, to the last byte of the reply. */
export interface QueryTimes {
  query: string;
  range: Range;
  series: number;
  almanac: Spread;
  prometheus: Spread;
}
type Range = keyof typeof RANGES;

const MINUTE_MS = 60_000;
const INTERVAL_MS = MINUTE_MS;
/** Points of a graph: 240 of an hour, 288 of a day. */
const RANGES = {
  instant: { minutes: 0, step: 0, times: 30 },
  "1 h": { minutes: 60, step: 15, times: 12 },
  "24 h": { minutes: 1_440, step: 300, times: 6 },
} as const;

const ONE_PATH = '{job="job-0",path="/api/v1/things/0"}';
const NAME = "load_requests_total";
/** All series, a job's thousand, and a hundred of these. */
const SELECTORS = (series: number): [selector: string, series: number][] => [
  [ONE_PATH, 100],
  ['{job="job-0"}', 1_000],
  ["", series],
];

/** @param series a multiple of a thousand; a day of them is written first */
export async function measureMetricQueries(
  worker: LocalWorker,
  prometheus: OtherServer,
  series: number,
): Promise<QueryTimes[]> {
  const scrapes = (24 * 60 * MINUTE_MS) / INTERVAL_MS;
  const until = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  await fill(
    worker,
    prometheus,
    makeLoad(series, scrapes, ["counters"]),
    until - scrapes * INTERVAL_MS,
    INTERVAL_MS,
  );
  await sealAll(worker);
  const almanac = new PrometheusApi(new URL("prometheus", worker.url).href, worker.access.key);
  const measured: QueryTimes[] = [];
  for (const range of Object.keys(RANGES) as Range[]) {
    const asked: [query: string, series: number][] = [
      [`${NAME}${ONE_PATH}`, 100],
      ...SELECTORS(series).map(([selector, count]): [string, number] => [
        `sum by (job) (rate(${NAME}${selector}[5m]))`,
        count,
      ]),
      [`topk(5, rate(${NAME}[5m]))`, series],
    ];
    for (const [query, count] of asked) {
      const times = await askBoth(almanac, prometheus.api, query, range, until);
      measured.push({ query, range, series: count, ...times });
    }
  }
  return measured;
}

async function askBoth(
  almanac: PrometheusApi,
  prometheus: PrometheusApi,
  query: string,
  range: Range,
  until: number,
): Promise<{ almanac: Spread; prometheus: Spread }> {
  const { minutes, step, times } = RANGES[range];
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = -1; turn < times; turn += 1) {
    // Each time another moment, so that nothing can be answered from memory of an answer.
    const end = until - (turn + 1) * 7_000;
    const form =
      minutes === 0
        ? { query, time: String(end / 1000) }
        : {
            query,
            start: String((end - minutes * MINUTE_MS) / 1000),
            end: String(end / 1000),
            step: String(step),
          };
    for (const [api, kept] of [
      [almanac, ours],
      [prometheus, theirs],
    ] as const) {
      const startedAt = performance.now();
      const answer = await api.series(minutes === 0 ? "query" : "query_range", form);
      if (turn >= 0) kept.push(performance.now() - startedAt);
      if (answer.size === 0) throw new Error(`Nothing answers ${query}.`);
    }
  }
  return { almanac: spreadOf(ours), prometheus: spreadOf(theirs) };
}
