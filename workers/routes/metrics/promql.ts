import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { z } from "zod";
import {
  InstantRequest,
  MAX_POINTS_A_SERIES,
  PromqlAnswer,
  RangeRequest,
} from "../../contract/metric-queries.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../../middleware/context.ts";
import { resultPieces } from "../../monitoring/prometheus-api/result-json.ts";
import { instantQuery, type QueryOutcome, rangeQuery } from "../../monitoring/promql/evaluate/query.ts";
import { json, newRouter, problems } from "../app-route.ts";
import { measuringPromql } from "../measure-promql.ts";
import { textStream } from "../text-stream.ts";
import { answering, durationOf, limitsOf, timeOf } from "./reading.ts";

const tags = ["Metrics"];
const responses = {
  200: json(PromqlAnswer, "What the query came to"),
  ...problems(400, 401, 403, 422, 503),
};

export const metricPromqlRoutes = newRouter();

const instantRoute = createRoute({
  method: "get",
  path: "/api/v1/metrics/query/instant",
  tags,
  summary: "Evaluate PromQL at one time",
  description: "Now, if no time is given.",
  request: { query: InstantRequest },
  responses,
});

const rangeRoute = createRoute({
  method: "get",
  path: "/api/v1/metrics/query/range",
  tags,
  summary: "Evaluate PromQL at every step of a window of time",
  request: { query: RangeRequest },
  responses,
});

// Answers are written piece by piece, since they may be long; the router's types know whole objects.
metricPromqlRoutes.openAPIRegistry.registerPath(instantRoute);
metricPromqlRoutes.get(instantRoute.path, async (c) => {
  const { query, time } = read(c, InstantRequest);
  const at = time === undefined ? Date.now() : timeOf(time);
  return answer(c, "instant", () => instantQuery({ ...optionsOf(c, query), time: at }));
});

metricPromqlRoutes.openAPIRegistry.registerPath(rangeRoute);
metricPromqlRoutes.get(rangeRoute.path, async (c) => {
  const { query, ...given } = read(c, RangeRequest);
  const start = timeOf(given.start);
  const end = timeOf(given.end);
  const step = durationOf("step", given.step);
  if (end < start) throw new AppError("validation_failed", { detail: "`end` must not be before `start`." });
  if ((end - start) / step > MAX_POINTS_A_SERIES) {
    throw new AppError("validation_failed", {
      detail: `There are more than ${MAX_POINTS_A_SERIES} steps from start to end. Ask for longer steps or a shorter window.`,
      extensions: { limit: MAX_POINTS_A_SERIES },
    });
  }
  return answer(c, "range", () => rangeQuery({ ...optionsOf(c, query), start, end, step }));
});

function read<Schema extends z.ZodType>(c: Context<AppEnv>, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(c.req.query());
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({
    path: `query.${path.join(".")}`,
    message,
  }));
  throw new AppError("validation_failed", {
    detail: errors.map(({ path, message }) => `${path}: ${message}`).join("; "),
    extensions: { errors },
  });
}

const optionsOf = (c: Context<AppEnv>, query: string) => ({
  ...limitsOf(c),
  query,
  storage: c.get("services").metrics.storage,
});

/** @throws AppError for what a query fails with */
async function answer(
  c: Context<AppEnv>,
  kind: "instant" | "range",
  evaluate: () => Promise<QueryOutcome>,
): Promise<Response> {
  const { value, warnings, infos } = await answering(() => measuringPromql(c, kind, evaluate));
  const remarks = `,"warnings":${JSON.stringify(warnings)},"infos":${JSON.stringify(infos)}`;
  return c.body(textStream(resultPieces(value, remarks)), 200, { "content-type": "application/json" });
}
