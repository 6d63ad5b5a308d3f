import { Labels } from "../../workers/monitoring/model/labels.ts";
import { Samples } from "../../workers/monitoring/model/samples.ts";
import { instantQuery, rangeQuery } from "../../workers/monitoring/promql/evaluate/query.ts";
import type { SampleStorage } from "../../workers/monitoring/promql/storage.ts";
import { randomFrom } from "../synthetic-text.ts";

/** Evaluation alone: the samples are in memory, so that nothing is read or decoded. Times in milliseconds. */
export interface QueryCost {
  query: string;
  series: number;
  /** At the end of the range, in the median. */
  instant: number;
  /** Over the range, a step a minute. */
  hour: number;
  day: number;
  /** The most samples in memory at once, over the day. */
  peakSamples: number;
}

const QUERIES = [
  "requests_total",
  "sum(requests_total)",
  "sum by (job) (rate(requests_total[5m]))",
  "topk(5, rate(requests_total[5m]))",
  "sum by (job) (rate(requests_total[5m])) / on (job) count by (job) (requests_total)",
];
const SERIES = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
/** So many of the series have values of their own, which others share: memory is not what is measured. */
const SHAPES = 64;
const SERIES_A_BATCH = 512;
const INSTANTS = 15;

export async function measurePromql(series = SERIES): Promise<QueryCost[]> {
  const storage = counters(series);
  const end = START + DAY;
  const costs: QueryCost[] = [];
  for (const query of QUERIES) {
    const range = { query, storage, end, step: MINUTE };
    const instants: number[] = [];
    for (let turn = 0; turn < INSTANTS; turn++) {
      instants.push(await timed(() => instantQuery({ query, storage, time: end })));
    }
    let peakSamples = 0;
    costs.push({
      query,
      series,
      instant: instants.sort((one, other) => one - other)[INSTANTS >> 1] ?? 0,
      hour: await timed(() => rangeQuery({ ...range, start: end - HOUR })),
      day: await timed(async () => {
        ({ peakSamples } = (await rangeQuery({ ...range, start: START })).statistics);
      }),
      peakSamples,
    });
  }
  return costs;
}

export function formatPromql(costs: readonly QueryCost[]): string {
  return [
    `PromQL over ${costs[0]?.series ?? 0} series in memory, samples and steps a minute apart`,
    "  instant      1 h     24 h   peak samples",
    ...costs.map(
      ({ query, instant, hour, day, peakSamples }) =>
        `${[instant, hour, day].map((it) => `${it.toFixed(0)} ms`.padStart(9)).join("")}  ${String(peakSamples).padStart(13)}   ${query}`,
    ),
  ].join("\n");
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** Counters of a day and a window before it, scraped somewhere within each minute. */
function counters(count: number): SampleStorage {
  const random = randomFrom(1);
  const length = DAY / MINUTE + 10;
  const shapes = Array.from({ length: SHAPES }, () => {
    const offset = Math.floor(random() * MINUTE);
    let value = 0;
    const values = Float64Array.from({ length }, () => {
      value = random() < 0.001 ? 0 : value + Math.floor(random() * 100);
      return value;
    });
    return { times: values.map((_, index) => START + (index - 9) * MINUTE + offset), values };
  });
  const labels = Array.from({ length: count }, (_, index) =>
    Labels.of({
      __name__: "requests_total",
      job: `job-${index % 20}`,
      instance: `10.0.${index >> 8}.${index & 255}:9090`,
      zone: `zone-${index % 3}`,
    }),
  );
  return {
    async *select({ start, end }) {
      const within = shapes.map(({ times, values }) => {
        const from = times.findIndex((time) => time >= start);
        const to = times.findLastIndex((time) => time <= end) + 1;
        return { times: times.subarray(from, to), values: values.subarray(from, to) };
      });
      for (let from = 0; from < labels.length; from += SERIES_A_BATCH) {
        yield labels.slice(from, from + SERIES_A_BATCH).map((series, index) => ({
          labels: new Labels(series.flat),
          samples: () => {
            const shape = within[(from + index) % SHAPES];
            return new Samples(shape?.times ?? new Float64Array(), shape?.values ?? new Float64Array());
          },
        }));
      }
    },
  };
}
