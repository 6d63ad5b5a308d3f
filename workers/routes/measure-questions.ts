import { meter } from "../monitoring/own-metrics/meter.ts";
import type { Answer } from "../rag/answer/answer-ports.ts";

/** Counts a question that was answered or declined; times are milliseconds. */
export function measureAnswer({ answered, timings, degraded }: Answer): void {
  meter.count("rag_queries_total", { status: answered ? "answered" : "declined" });
  meter.observe("rag_query_duration_seconds", {}, (timings.total ?? 0) / 1000);
  measureStages(timings);
  for (const part of degraded) meter.count("rag_degraded_answers_total", { part });
}

export function measureSearch(timings: Readonly<Record<string, number>>): void {
  meter.count("rag_searches_total", { status: "answered" });
  measureStages(timings);
}

/** Counts the question if it fails; what it fails with goes on. */
export async function countingFailures<Result>(
  counter: "rag_queries_total" | "rag_searches_total",
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    meter.count(counter, { status: "error" });
    throw error;
  }
}

function measureStages({ total: _, ...stages }: Readonly<Record<string, number>>): void {
  for (const [stage, ms] of Object.entries(stages)) {
    meter.observe("rag_retrieval_stage_duration_seconds", { stage }, ms / 1000);
  }
}
