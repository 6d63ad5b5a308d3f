import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Problem } from "../contract/problem.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { failureBody, failureTypeOf, PrometheusFailure } from "../monitoring/prometheus-api/failure.ts";
import { describeError } from "../telemetry/log.ts";
import type { AppEnv } from "./context.ts";

/** Under this, replies are those of Prometheus' HTTP API: its clients know no others. */
const PROMETHEUS = "/prometheus/";

/** The one place where an error becomes a reply (RFC 9457). What we did not foresee stays generic outside. */
export function replyWithProblem(error: unknown, c: Context<AppEnv>): Response {
  if (error instanceof PrometheusFailure && error.type !== "internal") return failed(c, error);
  const known = toAppError(error);
  const requestId = c.get("requestId");
  if (known.reportable || known.status >= 500) {
    c.get("log").error("request_failed", {
      code: known.code,
      request_id: requestId,
      error: describeError(error),
    });
  }
  if (c.req.path.startsWith(PROMETHEUS)) {
    if (known.retryable) c.header("retry-after", "1");
    if (error instanceof PrometheusFailure) return failed(c, error);
    return inEnvelope(c, known.status, failureBody(failureTypeOf(known.status), known.message, known.code));
  }
  const problem = problemOf(known, c.req.path, requestId);
  return c.body(JSON.stringify(problem), known.status as 400, {
    "content-type": "application/problem+json",
    ...(known.retryable ? { "retry-after": "1" } : {}),
  });
}

const failed = (c: Context<AppEnv>, { status, type, message }: PrometheusFailure): Response =>
  inEnvelope(c, status, failureBody(type, message));

const inEnvelope = (c: Context<AppEnv>, status: number, body: string): Response =>
  c.body(body, status as 400, { "content-type": "application/json" });

export function problemOf(error: AppError, instance: string, requestId: string): Problem {
  return {
    type: `urn:almanac:problem:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    instance,
    request_id: requestId,
    ...error.extensions,
  };
}

export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException) {
    const code = CODE_OF_STATUS[error.status];
    if (code !== undefined) return new AppError(code, { detail: error.message, cause: error });
  }
  return new AppError("internal_error", {
    detail: "The request failed for a reason on our side. Quote the request id when you report it.",
    cause: error,
  });
}

const CODE_OF_STATUS: Partial<Record<number, ErrorCode>> = {
  400: "invalid_json",
  404: "not_found",
  413: "body_too_large",
  504: "request_timeout",
};
