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
export function requestsTo(base: URL, collection: string): { noop: Ask; search: Ask; query: Ask } {
  const post = (path: string) => (question: string) =>
    timed(new URL(path, base), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question, collection, explain: true }),
    });
  return {
    noop: () => timed(new URL("/health/live", base), {}),
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

async function timed(address: URL, init: RequestInit): Promise<Timing> {
  const startedAt = performance.now();
  const response = await fetch(address, init);
  const body = await response.text();
  const httpMs = performance.now() - startedAt;
  if (!response.ok) throw new Error(`${address.pathname} replied with ${response.status}: ${body}`);
  const { timings } = JSON.parse(body) as { timings?: Record<string, number> };
  return { httpMs, stages: timings ?? {} };
}
