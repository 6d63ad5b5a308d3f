import type { Context } from "hono";
import type { AppEnv } from "../middleware/context.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { QueryOutcome } from "../monitoring/promql/evaluate/query.ts";

/** Evaluates a query, and counts what it took, also when it fails. */
export async function measuringPromql(
  c: Context<AppEnv>,
  kind: "instant" | "range",
  evaluate: () => Promise<QueryOutcome>,
): Promise<QueryOutcome> {
  const startedAt = performance.now();
  let outcome = "error";
  try {
    const result = await evaluate();
    meter.count("metrics_query_samples_total", {}, result.statistics.samplesTouched);
    outcome = "answered";
    return result;
  } finally {
    const durationMs = performance.now() - startedAt;
    meter.observe("metrics_query_duration_seconds", { kind }, durationMs / 1000);
    c.get("services").usage({ event: "promql", outcome, subject: kind, count: 1, durationMs });
  }
}
