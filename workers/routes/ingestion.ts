import { createRoute, z } from "@hono/zod-openapi";
import { Job, JobDetail, JobPage, JobQuery } from "../contract/ingestion.ts";
import { PageRequest } from "../contract/pagination.ts";
import { json, newRouter, problems } from "./app-route.ts";
import { authorOf, viewerOf } from "./author.ts";
import { streamJob } from "./follow-job.ts";

const tags = ["Ingestion"];
const ById = z.object({ id: z.string().max(100).meta({ example: "job_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });

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
      "The job with the ledger of its stages. With `Accept: text/event-stream`, an event `job` at each change until it is ready or failed, for those who are signed in: others get the job itself. Up to 20 streams at once.",
    request: { params: ById },
    responses: {
      200: {
        description: "The job",
        content: { "application/json": { schema: JobDetail }, "text/event-stream": { schema: Job } },
      },
      ...problems(404, 429),
    },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const detail = await c.get("services").jobs.detail(viewerOf(c), id);
    const { userId } = c.get("principal");
    const asksForStream = (c.req.header("accept") ?? "").includes("text/event-stream");
    // A stream outlasts what the rate limit counts it as: those of whom nothing is known ask again instead.
    if (!asksForStream || userId === null) return c.json(detail, 200);
    return streamJob(c, id, userId);
  },
);

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
