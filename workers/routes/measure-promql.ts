import { meter } from "../monitoring/own-metrics/meter.ts";
import type { QueryOutcome } from "../monitoring/promql/evaluate/query.ts";

/** Evaluates a query, and counts what it took, also when it fails. */
export async function measuringPromql(
  kind: "instant" | "range",
  evaluate: () => Promise<QueryOutcome>,
): Promise<QueryOutcome> {
  const startedAt = performance.now();
  try {
    const outcome = await evaluate();
    meter.count("metrics_query_samples_total", {}, outcome.statistics.samplesTouched);
    return outcome;
  } finally {
    meter.observe("metrics_query_duration_seconds", { kind }, (performance.now() - startedAt) / 1000);
  }
}
