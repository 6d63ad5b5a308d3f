import { createRoute } from "@hono/zod-openapi";
import {
  AggregatedMetric,
  AggregatedRequest,
  MetricPath,
  MetricStats,
  StatsRequest,
} from "../../contract/metric-queries.ts";
import { aggregated, defaultResolution, type SeriesBuckets } from "../../monitoring/own-api/aggregated.ts";
import type { Distribution } from "../../monitoring/own-api/distribution.ts";
import { isoTime, metricValue, metricValueOrNull } from "../../monitoring/own-api/metric-value.ts";
import { sourceOfStats } from "../../monitoring/own-api/source.ts";
import { statsOf } from "../../monitoring/own-api/stats.ts";
import { json, newRouter, problems } from "../app-route.ts";
import { answering, assertKnown, budgetOf, matchersOf, windowOf } from "./reading.ts";

const tags = ["Metrics"];

export const metricStatisticsRoutes = newRouter();

metricStatisticsRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/metrics/stats/{name}",
    tags,
    summary: "Describe the samples of a metric in a window of time",
    description:
      "Of a window that reaches back further than samples are kept, the rollups are described: whole buckets, without stddev and percentiles.",
    request: { params: MetricPath, query: StatsRequest },
    responses: {
      200: json(MetricStats, "What the samples are"),
      ...problems(400, 401, 403, 404, 422, 503),
    },
  }),
  async (c) => {
    const { name } = c.req.valid("param");
    const { match, ...given } = c.req.valid("query");
    const matchers = matchersOf(name, match);
    const window = windowOf(given);
    const { metrics, runtimeSettings } = c.get("services");
    const { retention_days } = (await runtimeSettings()).metrics;
    const source = sourceOfStats(window.start, retention_days, Date.now());
    const stats = await answering(() => statsOf(metrics.reader, matchers, window, source, budgetOf(c)));
    if (stats.samples === 0) await assertKnown(c, name);
    const { series, samples, distribution } = stats;
    return c.json(
      {
        name,
        start: isoTime(window.start),
        end: isoTime(window.end),
        source,
        series,
        samples,
        min: metricValueOrNull(stats.min),
        max: metricValueOrNull(stats.max),
        mean: metricValueOrNull(stats.mean),
        stddev: metricValueOrNull(stats.stddev),
        first: metricValueOrNull(stats.first),
        last: metricValueOrNull(stats.last),
        percentiles: distribution === null ? null : percentilesOf(distribution),
        percentile_error: distribution?.error ?? null,
      },
      200,
    );
  },
);

metricStatisticsRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/metrics/aggregated",
    tags,
    summary: "Get a metric's rollups",
    description:
      "As they are stored of days that are over, and made of the samples of the others. The window's first and last bucket are whole.",
    request: { query: AggregatedRequest },
    responses: {
      200: json(AggregatedMetric, "The rollups of each series, sorted by labels"),
      ...problems(400, 401, 403, 404, 422, 503),
    },
  }),
  async (c) => {
    const { name, match, resolution: wanted, ...given } = c.req.valid("query");
    const matchers = matchersOf(name, match);
    const window = windowOf(given);
    const { metrics, runtimeSettings } = c.get("services");
    const { retention_days } = (await runtimeSettings()).metrics;
    const resolution = wanted ?? defaultResolution(window, retention_days, Date.now());
    const series = await answering(() =>
      aggregated(metrics.reader, matchers, window, resolution, budgetOf(c)),
    );
    if (series.length === 0) await assertKnown(c, name);
    return c.json({ name, resolution, series: series.map(bucketsOf) }, 200);
  },
);

const percentilesOf = (distribution: Distribution) => ({
  p50: metricValue(distribution.percentile(0.5)),
  p90: metricValue(distribution.percentile(0.9)),
  p95: metricValue(distribution.percentile(0.95)),
  p99: metricValue(distribution.percentile(0.99)),
});

function bucketsOf({ labels, rollup }: SeriesBuckets) {
  const value = (column: Float64Array, row: number) => metricValue(column[row] ?? 0);
  const buckets = Array.from(rollup.start, (start, row) => ({
    start: isoTime(start),
    count: rollup.count[row] ?? 0,
    sum: value(rollup.sum, row),
    min: value(rollup.min, row),
    max: value(rollup.max, row),
    avg: metricValue((rollup.sum[row] ?? 0) / (rollup.count[row] ?? 0)),
    first: value(rollup.first, row),
    last: value(rollup.last, row),
    increase: value(rollup.increase, row),
  }));
  return { labels: labels.withoutName().toObject(), buckets };
}
