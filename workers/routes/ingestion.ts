import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { Job, JobDetail, JobPage, JobQuery } from "../contract/ingestion.ts";
import { PageRequest } from "../contract/pagination.ts";
import type { Viewer } from "../identity/principal.ts";
import type { AppEnv } from "../middleware/context.ts";
import { json, newRouter, problems } from "./app-route.ts";
import { authorOf, viewerOf } from "./author.ts";

const tags = ["Ingestion"];
const ById = z.object({ id: z.string().max(100).meta({ example: "job_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });
const LOOK_EVERY_MS = 400;
/** A stream ends after this many looks (ten minutes); the client opens it again. */
const MAX_LOOKS = 1500;

export const ingestionRoutes = newRouter();

ingestionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/ingestion/jobs",
    tags,
    summary: "List ingestion jobs, newest first",
    request: { query: JobQuery },
    responses: { 200: json(JobPage, "A page of jobs"), ...problems(400, 422) },
  }),
  async (c) => c.json(await c.get("services").jobs.list(viewerOf(c), c.req.valid("query")), 200),
);

ingestionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/ingestion/jobs/{id}",
    tags,
    summary: "Follow an ingestion job",
    description:
      "The job with the ledger of its stages. With `Accept: text/event-stream`, an event `job` at each change until it is ready or failed.",
    request: { params: ById },
    responses: {
      200: {
        description: "The job",
        content: { "application/json": { schema: JobDetail }, "text/event-stream": { schema: Job } },
      },
      ...problems(404),
    },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const detail = await c.get("services").jobs.detail(viewerOf(c), id);
    if (!(c.req.header("accept") ?? "").includes("text/event-stream")) return c.json(detail, 200);
    return streamSSE(c, (out) => follow(c, id, out));
  },
);

async function follow(c: Context<AppEnv>, id: string, out: SSEStreamingApi): Promise<void> {
  let shown = "";
  for (let look = 0; look < MAX_LOOKS && !out.aborted; look += 1) {
    const viewer = await stillAllowed(c);
    if (viewer === null) return;
    const job = await c.get("services").jobs.get(viewer, id);
    const state = JSON.stringify(job);
    if (state !== shown) await out.writeSSE({ event: "job", data: state });
    if (job.state === "ready" || job.state === "failed") return;
    shown = state;
    await out.sleep(LOOK_EVERY_MS);
  }
}

/** What the one who follows may see by now; null once his session has ended or his key is revoked. */
async function stillAllowed(c: Context<AppEnv>): Promise<Viewer | null> {
  const claim = c.get("claim");
  if (claim === null) return viewerOf(c);
  return (await c.get("services").principals.of(claim, false))?.viewer ?? null;
}

ingestionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/ingestion/dead-letters",
    tags,
    summary: "List jobs whose retries are exhausted",
    request: { query: PageRequest },
    responses: { 200: json(JobPage, "A page of jobs"), ...problems(400) },
  }),
  async (c) => {
    const { jobs } = c.get("services");
    return c.json(await jobs.list(viewerOf(c), { ...c.req.valid("query"), dead_lettered: true }), 200);
  },
);

ingestionRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/ingestion/jobs/{id}/replay",
    tags,
    summary: "Begin a failed or dead-lettered job anew",
    request: { params: ById },
    responses: { 202: json(Job, "Queued again"), ...problems(404, 409) },
  }),
  async (c) => {
    const services = c.get("services");
    const job = await services.jobs.replay(authorOf(c), c.req.valid("param").id);
    services.inBackground(services.announceNow([job.id]), "announce a replay");
    return c.json(job, 202);
  },
);
