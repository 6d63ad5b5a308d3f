import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect } from "vitest";
import type { Collection } from "../../workers/contract/collections.ts";
import type { Accepted } from "../../workers/contract/documents.ts";
import type { JobDetail } from "../../workers/contract/ingestion.ts";
import type { Answer, AskQuery, SearchAnswer } from "../../workers/contract/queries.ts";
import worker from "../../workers/index.ts";
import { isolateMemory } from "../../workers/limits/limit-memory.ts";
import { forgetRefusals } from "../../workers/middleware/refusals.ts";
import { meter } from "../../workers/monitoring/own-metrics/meter.ts";
import { forgetSigningKeys } from "../../workers/services/identity.ts";
import { forgetAll } from "../../workers/storage/recent.ts";
import { addAdmin } from "./credentials.ts";
import { emptyStores } from "./fresh-stores.ts";

let adminKey = "";

/** Gives each test of a file stores of its own, empty but for the default collection and an admin. */
export function useFreshStores(): void {
  beforeEach(async () => {
    await emptyStores();
    forgetAll();
    isolateMemory.clear();
    forgetSigningKeys();
    forgetRefusals();
    meter.take();
    adminKey = await addAdmin();
  });
}

/** One request as the admin, with all the work that it leaves behind done. */
export const request = (path: string, init: RequestInit = {}): Promise<Response> =>
  requestAs(adminKey, path, init);

/** One request with a credential: an API key or an access token; null sends none. */
export async function requestAs(
  credential: string | null,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (credential !== null && !headers.has("authorization"))
    headers.set("authorization", `Bearer ${credential}`);
  return send(path, { ...init, headers });
}

/** One request as it is. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const ctx = createExecutionContext();
  const response = await worker.fetch(new Request(`https://almanac.test${path}`, init), env, ctx);
  const kept = new Response(response.body === null ? null : await response.arrayBuffer(), response);
  await waitOnExecutionContext(ctx);
  return kept;
}

export const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  request(path, jsonInit("POST", body, headers));

export const jsonInit = (
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** The reply's JSON, after a look at its status. */
export async function ok<Body>(response: Promise<Response>, status = 200): Promise<Body> {
  const reply = await response;
  const text = await reply.text();
  expect(reply.status, text).toBe(status);
  return JSON.parse(text) as Body;
}

/** The problem that a request is refused with. */
export async function problem(
  response: Promise<Response>,
): Promise<{ status: number; code: string; detail: string }> {
  const reply = await response;
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  const body = (await reply.json()) as { status: number; code: string; detail: string };
  expect(body.status).toBe(reply.status);
  return body;
}

export function uploadForm(
  file: Uint8Array | string,
  name: string,
  fields: Record<string, string> = {},
): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set("file", new File([file], name));
  return form;
}

export const upload = (
  file: Uint8Array | string,
  name: string,
  fields: Record<string, string> = {},
): Promise<Accepted> =>
  ok(request("/api/v1/documents", { method: "POST", body: uploadForm(file, name, fields) }), 202);

export const addText = (name: string, text: string, more: Record<string, unknown> = {}): Promise<Accepted> =>
  ok(post("/api/v1/documents/text", { name, text, ...more }), 202);

export const job = (id: string): Promise<JobDetail> => ok(request(`/api/v1/ingestion/jobs/${id}`));
export const collection = (name: string): Promise<Collection> => ok(request(`/api/v1/collections/${name}`));
export const ask = (question: string, more: Partial<AskQuery> = {}): Promise<Answer> =>
  ok(post("/api/v1/query", { question, ...more }));
export const search = (question: string, more: Partial<AskQuery> = {}): Promise<SearchAnswer> =>
  ok(post("/api/v1/search", { question, ...more }));

/** Delivers one batch of ingestion messages as the queue would. */
export async function deliver(jobIds: string[], queue = "almanac-ingestion") {
  const batch = createMessageBatch(
    queue,
    jobIds.map((id, position) => ({
      id: `m${position}`,
      timestamp: Date.now(),
      attempts: 1,
      body: { job_id: id },
    })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return getQueueResult(batch, ctx);
}

/** Delivers messages until no job is open. */
export async function ingestAll(): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const open = await env.DB.prepare(
      "SELECT id FROM job WHERE state IN ('queued', 'running') LIMIT 25",
    ).all<{ id: string }>();
    if (open.results.length === 0) return;
    await deliver(open.results.map((row) => row.id));
  }
  throw new Error("Jobs stay open however often they are delivered.");
}

/** Runs the schedules as the cron trigger would. */
export async function runSchedules(): Promise<void> {
  const ctx = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env, ctx);
  await waitOnExecutionContext(ctx);
}

/** Lets everybody send as many requests as a test may need. */
export async function liftLimits(): Promise<void> {
  const lifted = { per_minute: 1_000_000, burst: 100_000 };
  const rate_limits = { anonymous: lifted, authenticated: lifted, premium: lifted };
  await ok(request("/api/v1/settings", jsonInit("PATCH", { rate_limits })));
}
