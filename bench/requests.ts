import type { Client } from "../cli/client.ts";
import { percentile } from "../eval/metrics.ts";

/** How long one request took, in milliseconds. */
export interface Timing {
  httpMs: number;
  /** Inside the Worker, by stage, and `total`; empty where the reply does not say. */
  stages: Record<string, number>;
}

export interface Spread {
  p50: number;
  p95: number;
  p99: number;
}

export type Ask = (question: string) => Promise<Timing>;

/** The three kinds of request that are compared: nothing at all, passages, an answer. */
export function requestsTo(client: Client, collection: string): { noop: Ask; search: Ask; query: Ask } {
  const post = (path: string) => (question: string) =>
    timed(() => client.request("POST", path, { question, collection, explain: true }));
  return {
    noop: () => timed(() => client.request("GET", "/health/live")),
    search: post("/api/v1/search"),
    query: post("/api/v1/query"),
  };
}

export function spreadOf(milliseconds: readonly number[]): Spread {
  return {
    p50: percentile(0.5, milliseconds),
    p95: percentile(0.95, milliseconds),
    p99: percentile(0.99, milliseconds),
  };
}

async function timed(send: () => Promise<Response>): Promise<Timing> {
  const startedAt = performance.now();
  const response = await send();
  const body = await response.text();
  const httpMs = performance.now() - startedAt;
  const { timings } = JSON.parse(body) as { timings?: Record<string, number> };
  return { httpMs, stages: timings ?? {} };
}
