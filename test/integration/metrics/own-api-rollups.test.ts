import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import {
  AggregatedMetric,
  MetricQueryAnswer,
  MetricStats,
} from "../../../workers/contract/metric-queries.ts";
import { DEFAULT_SETTINGS } from "../../../workers/contract/settings.ts";
import { jsonInit, ok, problem, request, useFreshStores } from "../../support/api.ts";
import { useClock } from "../../support/clock.ts";
import { everyMinute, get, MINUTE, query, store } from "./own-api-fixtures.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

useFreshStores();
const advance = useClock();

/** Sets the clock forward, and lets the shard do what is due then. */
async function pass(ms: number): Promise<void> {
  advance(ms);
  await runDurableObjectAlarm(env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName("shard-0")));
}

it("answers from rollups what it answered from samples, once those are gone", async () => {
  advance(DAY - (Date.now() % DAY) + 5 * HOUR);
  const start = Date.now() - 4 * HOUR;
  const window = { start, end: start + 4 * HOUR };
  const sent = (host: string, factor: number) =>
    everyMinute(
      start,
      "done_total",
      { host },
      Array.from({ length: 240 }, (_, minute) => ((minute * factor) % 97) / 4),
    );
  await store([...sent("a", 1), ...sent("b", 3)]);

  const ask = async (aggregation: string) =>
    MetricQueryAnswer.parse(
      await ok(query({ name: "done_total", ...window, interval: "2h", aggregation, group_by: ["host"] })),
    );
  const buckets = async () =>
    AggregatedMetric.parse(await ok(get("aggregated", { name: "done_total", resolution: "1h", ...window })));
  const stats = async () => MetricStats.parse(await ok(get("stats/done_total", window)));
  const aggregations = ["avg", "sum", "min", "max", "count", "last", "rate", "increase"];
  const before = [];
  for (const aggregation of aggregations) before.push(await ask(aggregation));
  const bucketsBefore = await buckets();
  const statsBefore = await stats();

  // Sealed, then packed and rolled up, as the day is over; the samples are dropped on the fourth.
  const retention_days = { ...DEFAULT_SETTINGS.metrics.retention_days, raw: 2 };
  const metrics = { ...DEFAULT_SETTINGS.metrics, retention_days };
  await ok(request("/api/v1/settings", jsonInit("PATCH", { metrics })));
  await pass(DAY);
  await pass(2 * HOUR);
  await pass(3 * DAY);

  const gone = await ok<{ result: unknown[] }>(
    get("query/instant", { query: "done_total", time: start + 2 * HOUR }),
  );
  expect(gone.result).toEqual([]);
  const after = [];
  for (const aggregation of aggregations) after.push(await ask(aggregation));
  expect(after).toEqual(before);
  expect(await buckets()).toEqual(bucketsBefore);
  expect(await stats()).toEqual({
    ...statsBefore,
    source: "1m",
    stddev: null,
    percentiles: null,
    percentile_error: null,
  });
  const percentile = query({ name: "done_total", ...window, interval: "2h", aggregation: "p95" });
  expect(await problem(percentile)).toMatchObject({ status: 422, code: "query_failed" });
});
