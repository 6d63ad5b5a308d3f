import type { Context } from "hono";
import { MAX_SAMPLES_A_QUERY } from "../../contract/metric-queries.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../../middleware/context.ts";
import { METRIC_NAME } from "../../monitoring/model/labels.ts";
import { type Matcher, matcher } from "../../monitoring/model/matcher.ts";
import { RegexError } from "../../monitoring/model/regex.ts";
import type { Window } from "../../monitoring/own-api/grid.ts";
import { Budget } from "../../monitoring/promql/evaluate/budget.ts";
import { QueryError } from "../../monitoring/promql/evaluate/query-error.ts";
import { parseDuration } from "../../monitoring/promql/syntax/durations.ts";
import { parseSelector } from "../../monitoring/promql/syntax/selectors.ts";
import { PromqlSyntaxError } from "../../monitoring/promql/syntax/syntax-error.ts";

/** A reply must begin within 30 seconds; what is evaluated by then has to be written still. */
const TIMEOUT_MS = 25_000;
const HOUR_MS = 60 * 60 * 1000;
const MAX_DURATION_MS = 366 * 24 * HOUR_MS;
/** Far from the ends of what a date can say, so that there is room around a window. Milliseconds since 1970. */
const MIN_TIME = Date.UTC(1900, 0);
const MAX_TIME = Date.UTC(9000, 0);
/** All that there is. */
export const EVER = { start: MIN_TIME, end: MAX_TIME };

/** What a query may use up. */
export const limitsOf = (c: Context<AppEnv>) => ({
  maxSamples: MAX_SAMPLES_A_QUERY,
  deadline: Date.now() + TIMEOUT_MS,
  now: Date.now,
  signal: c.req.raw.signal,
  yieldToOthers: () => scheduler.wait(0),
});

export const budgetOf = (c: Context<AppEnv>): Budget => new Budget(limitsOf(c));

/** Milliseconds since 1970. @throws AppError `validation_failed` */
export function timeOf(time: string | number): number {
  const milliseconds = typeof time === "number" ? time : Date.parse(time);
  if (milliseconds >= MIN_TIME && milliseconds <= MAX_TIME) return milliseconds;
  throw new AppError("validation_failed", {
    detail: `${time} is not within the years 1900 to 8999; numbers are milliseconds since 1970.`,
  });
}

/** Milliseconds. @throws AppError `validation_failed` */
export function durationOf(name: "interval" | "step", text: string): number {
  const duration = parseDuration(text);
  if (typeof duration === "number" && duration > 0 && duration <= MAX_DURATION_MS) return duration;
  throw new AppError("validation_failed", { detail: `\`${name}\` has to be from 1ms to 366d long.` });
}

/** Without an end it ends now, without a start it takes an hour. @throws AppError `validation_failed` */
export function windowOf(given: {
  start?: string | number | undefined;
  end?: string | number | undefined;
}): Window {
  // What was measured this very moment is of the window, whose end is not.
  const end = given.end === undefined ? Date.now() + 1 : timeOf(given.end);
  const start = given.start === undefined ? end - HOUR_MS : timeOf(given.start);
  if (start < end) return { start, end };
  throw new AppError("validation_failed", { detail: "`end` has to be after `start`." });
}

/** The series of a metric that `match` takes. @throws AppError `query_invalid` */
export function matchersOf(name: string, match = ""): Matcher[] {
  const isOfMetric = matcher(METRIC_NAME, "=", name);
  if (match === "") return [isOfMetric];
  try {
    return [isOfMetric, ...parseSelector(match)];
  } catch (error) {
    throw queryProblem(error);
  }
}

/** @throws AppError `metric_not_found` for a metric that has no series at all */
export async function assertKnown(c: Context<AppEnv>, name: string): Promise<void> {
  const known = await c.get("services").metrics.labelValues(METRIC_NAME, [matchersOf(name)], EVER);
  if (known.length > 0) return;
  throw new AppError("metric_not_found", { detail: `Nothing was stored under the name ${name}.` });
}

/** @throws AppError for what a query fails with */
export async function answering<Answer>(evaluate: () => Promise<Answer>): Promise<Answer> {
  try {
    return await evaluate();
  } catch (error) {
    throw queryProblem(error);
  }
}

/** What a query that cannot be read or evaluated is answered with; other errors as they are. */
export function queryProblem(error: unknown): unknown {
  if (error instanceof PromqlSyntaxError) {
    return new AppError("query_invalid", {
      detail: error.message,
      extensions: { position: error.range },
      cause: error,
    });
  }
  if (error instanceof RegexError) {
    return new AppError("query_invalid", { detail: error.message, cause: error });
  }
  if (error instanceof QueryError) {
    const code = error.failure === "execution" ? "query_failed" : "query_timeout";
    return new AppError(code, { detail: error.message, cause: error });
  }
  return error;
}
