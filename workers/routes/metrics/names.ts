import { createRoute } from "@hono/zod-openapi";
import {
  LatestMetric,
  LatestRequest,
  MetricPath,
  NamesPage,
  NamesRequest,
} from "../../contract/metric-queries.ts";
import { METRIC_NAME } from "../../monitoring/model/labels.ts";
import { describer } from "../../monitoring/own-api/describe-metric.ts";
import { isoTime, metricValue } from "../../monitoring/own-api/metric-value.ts";
import { json, newRouter, problems } from "../app-route.ts";
import { assertKnown, EVER, matchersOf } from "./reading.ts";

/** As old as Prometheus lets a sample be that stands for now. */
const LOOKBACK_MS = 5 * 60 * 1000;
/** Clocks that go ahead of ours may have stamped samples so much later. */
const AHEAD_MS = 10 * 60 * 1000;
const tags = ["Metrics"];

export const metricNameRoutes = newRouter();

metricNameRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/metrics/names",
    tags,
    summary: "List metrics",
    description: "By name. What was not said of a metric is `unknown` or empty.",
    request: { query: NamesRequest },
    responses: { 200: json(NamesPage, "A page of metrics"), ...problems(400, 401, 403, 422, 503) },
  }),
  async (c) => {
    const { metrics, cursors } = c.get("services");
    const { prefix = "", limit, cursor } = c.req.valid("query");
    const after = cursor === undefined ? "" : cursors.decode(cursor)[1];
    const names = await metrics.labelValues(METRIC_NAME, [], EVER);
    const rows = names.filter((name) => name.startsWith(prefix) && name > after).slice(0, limit + 1);
    const describe = describer(await metrics.metadata(null));
    const page = cursors.page(
      rows,
      limit,
      (name) => ({ name, ...describe(name) }),
      (name) => ["", name],
    );
    return c.json(page, 200);
  },
);

metricNameRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/metrics/latest/{name}",
    tags,
    summary: "Get the newest sample of each series of a metric",
    description: "A native histogram's value is NaN: query it with PromQL.",
    request: { params: MetricPath, query: LatestRequest },
    responses: {
      200: json(LatestMetric, "The samples, sorted by labels"),
      ...problems(400, 401, 403, 404, 422, 503),
    },
  }),
  async (c) => {
    const { name } = c.req.valid("param");
    const { match, limit } = c.req.valid("query");
    const now = Date.now();
    const span = { start: now - LOOKBACK_MS, end: now + AHEAD_MS };
    const found = await c.get("services").metrics.latest(matchersOf(name, match), span);
    if (found.length === 0) await assertKnown(c, name);
    const series = found.slice(0, limit).map(({ labels, time, value }) => ({
      labels: labels.withoutName().toObject(),
      timestamp: isoTime(time),
      value: metricValue(value),
    }));
    return c.json({ name, series, truncated: found.length > limit }, 200);
  },
);
