import type { Context } from "hono";
import { MAX_POINTS_A_SERIES, MAX_SAMPLES_A_QUERY } from "../../contract/metric-queries.ts";
import type { AppEnv } from "../../middleware/context.ts";
import { PrometheusFailure } from "../../monitoring/prometheus-api/failure.ts";
import { invalid, type Parameters } from "../../monitoring/prometheus-api/parameters.ts";
import { resultPieces } from "../../monitoring/prometheus-api/result-json.ts";
import {
  instantQuery,
  type QueryOptions,
  type QueryOutcome,
  rangeQuery,
} from "../../monitoring/promql/evaluate/query.ts";
import { QueryError } from "../../monitoring/promql/evaluate/query-error.ts";
import { measuringPromql } from "../measure-promql.ts";
import { prometheusRouter, success } from "./api-route.ts";
import { queryOf } from "./query-parameter.ts";

/** A reply must begin within 30 seconds; what is evaluated by then has to be written still. */
const TIMEOUT_MS = 25_000;

const common = {
  query: "PromQL",
  timeout: "How long the evaluation may take: seconds or a duration such as 10s",
  limit: "How many series are wanted at most",
  lookback_delta: "How old a sample may be to count as the newest",
  stats: "Anything: tell what the query took",
};
const described = { methods: ["get", "post"], required: ["query"] } as const;

/** PromQL over HTTP. */
export const prometheusQueryRoutes = prometheusRouter([
  {
    ...described,
    path: "/query",
    summary: "Evaluate a query at one time",
    parameters: { ...common, time: "Unix seconds or RFC 3339; now if left out" },
    async handler(c, given) {
      const limit = given.limit();
      const time = given.time("time", Date.now());
      const outcome = await evaluated(c, "instant", () => instantQuery({ ...optionsOf(c, given), time }));
      return reply(c, given, limited(outcome, limit));
    },
  },
  {
    ...described,
    path: "/query_range",
    summary: "Evaluate a query over a span of time",
    parameters: {
      ...common,
      start: "Unix seconds or RFC 3339",
      end: "Unix seconds or RFC 3339",
      step: "Seconds or a duration such as 1m",
    },
    required: ["query", "start", "end", "step"],
    async handler(c, given) {
      const limit = given.limit();
      const span = rangeOf(given);
      const outcome = await evaluated(c, "range", () => rangeQuery({ ...optionsOf(c, given), ...span }));
      return reply(c, given, limited(outcome, limit));
    },
  },
]);

function optionsOf(c: Context<AppEnv>, given: Parameters): QueryOptions {
  const timeout = Math.min(given.duration("timeout", TIMEOUT_MS), TIMEOUT_MS);
  const lookback = given.duration("lookback_delta", 0);
  return {
    query: given.text("query"),
    expression: queryOf(given),
    storage: c.get("services").metrics.storage,
    maxSamples: MAX_SAMPLES_A_QUERY,
    deadline: Date.now() + timeout,
    signal: c.req.raw.signal,
    yieldToOthers: () => scheduler.wait(0),
    ...(lookback > 0 ? { lookbackDelta: lookback } : {}),
  };
}

function rangeOf(given: Parameters): { start: number; end: number; step: number } {
  const start = given.time("start");
  const end = given.time("end");
  if (end < start) throw invalid("end", "end timestamp must not be before start time");
  const step = given.duration("step");
  if (step <= 0) {
    throw invalid(
      "step",
      "zero or negative query resolution step widths are not accepted. Try a positive integer",
    );
  }
  if (Math.floor((end - start) / step) > MAX_POINTS_A_SERIES) {
    throw new PrometheusFailure(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  return { start, end, step };
}

/** @throws PrometheusFailure for what a query fails with */
async function evaluated(
  c: Context<AppEnv>,
  kind: "instant" | "range",
  evaluate: () => Promise<QueryOutcome>,
): Promise<QueryOutcome> {
  try {
    return await measuringPromql(c, kind, evaluate);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (error.failure === "bad_data") throw invalid("query", error.message);
    throw new PrometheusFailure(error.failure, error.message, { cause: error });
  }
}

function reply(c: Context<AppEnv>, given: Parameters, outcome: QueryOutcome): Response {
  const { samplesTouched, peakSamples } = outcome.statistics;
  const statistics = JSON.stringify({
    samples: { totalQueryableSamples: samplesTouched, peakSamples },
  });
  const more = given.text("stats") === "" ? "" : `,"stats":${statistics}`;
  return success(c, resultPieces(outcome.value, more), outcome);
}

function limited(outcome: QueryOutcome, limit: number): QueryOutcome {
  const value = shortened(outcome.value, limit);
  if (value === outcome.value) return outcome;
  return { ...outcome, value, warnings: [...outcome.warnings, "results truncated due to limit"] };
}

function shortened(value: QueryOutcome["value"], limit: number): QueryOutcome["value"] {
  if (limit === 0) return value;
  if (value.type === "vector" && value.elements.length > limit)
    return { ...value, elements: value.elements.slice(0, limit) };
  if (value.type === "matrix" && value.series.length > limit)
    return { ...value, series: value.series.slice(0, limit) };
  return value;
}
