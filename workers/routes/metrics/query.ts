import { createRoute } from "@hono/zod-openapi";
import { type LabelFilter, MetricQuery, MetricQueryAnswer } from "../../contract/metric-queries.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { type Matcher, matcher } from "../../monitoring/model/matcher.ts";
import { defaultInterval, type Grid, gridOver } from "../../monitoring/own-api/grid.ts";
import { isoTime, metricValueOrNull } from "../../monitoring/own-api/metric-value.ts";
import { isPercentile, queryMetric } from "../../monitoring/own-api/query-metric.ts";
import { assertSamplesKept, type RetentionDays, sourceOfIntervals } from "../../monitoring/own-api/source.ts";
import { json, jsonRequest, newRouter, problems } from "../app-route.ts";
import {
  answering,
  assertKnown,
  budgetOf,
  durationOf,
  matchersOf,
  queryProblem,
  windowOf,
} from "./reading.ts";

const QUERY_BODY = 1024 * 1024;

export const metricQueryRoutes = newRouter();

metricQueryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/metrics/query",
    tags: ["Metrics"],
    summary: "Aggregate a metric over intervals",
    description:
      "Intervals begin at multiples of their length, counted from 1970; those that the window touches are whole. NaN and native histograms are left out.",
    middleware: [jsonBody(QUERY_BODY)] as const,
    request: { body: jsonRequest(MetricQuery) },
    responses: {
      200: json(MetricQueryAnswer, "A series for each group, the one with the largest value first"),
      ...problems(400, 401, 403, 404, 413, 415, 422, 503),
    },
  }),
  async (c) => {
    const query = c.req.valid("json");
    const { name, aggregation, fill, limit } = query;
    const matchers = [...matchersOf(name), ...query.filters.map(filterMatcher)];
    const window = windowOf(query);
    const { interval } = query;
    const grid = gridOver(
      window,
      interval === undefined ? defaultInterval(window) : durationOf("interval", interval),
    );
    const { metrics, runtimeSettings } = c.get("services");
    const { retention_days } = (await runtimeSettings()).metrics;
    const source = sourceOf(aggregation, grid, retention_days);
    const { groups, isCut } = await answering(() =>
      queryMetric(
        metrics.reader,
        { matchers, grid, source, aggregation, groupBy: query.group_by, fill, limit },
        budgetOf(c),
      ),
    );
    if (groups.length === 0) await assertKnown(c, name);
    const timeOf = (interval: number) => isoTime(grid.start + interval * grid.interval);
    return c.json(
      {
        name,
        start: timeOf(0),
        end: timeOf(grid.count),
        interval_seconds: grid.interval / 1000,
        aggregation,
        series: groups.map(({ labels, points }) => ({
          labels: labels.toObject(),
          points: points.map(({ interval, value }) => ({
            timestamp: timeOf(interval),
            value: metricValueOrNull(value),
          })),
        })),
        truncated: isCut,
      },
      200,
    );
  },
);

/** @throws AppError `query_invalid` */
function filterMatcher({ label, operator, value }: LabelFilter): Matcher {
  try {
    return matcher(label, operator, value);
  } catch (error) {
    throw queryProblem(error);
  }
}

function sourceOf(aggregation: MetricQuery["aggregation"], grid: Grid, retention: RetentionDays) {
  const now = Date.now();
  if (!isPercentile(aggregation)) return sourceOfIntervals(grid.start, grid.interval, retention, now);
  assertSamplesKept(grid.start, retention, now);
  return "raw";
}
