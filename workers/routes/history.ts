import { createRoute, z } from "@hono/zod-openapi";
import { CollectionName } from "../contract/collections.ts";
import { PageRequest } from "../contract/pagination.ts";
import { Feedback, QueryPage, QueryRecord } from "../contract/queries.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { askerOf } from "./author.ts";

const tags = ["Questions"];
const ById = z.object({ id: z.string().max(100).meta({ example: "qry_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });
const FEEDBACK_BODY = 64 * 1024;

export const historyRoutes = newRouter();

historyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/queries",
    tags,
    summary: "List questions that were asked, newest first: one's own, or for admins all",
    request: { query: PageRequest.extend({ collection: CollectionName.optional() }) },
    responses: { 200: json(QueryPage, "A page of the history"), ...problems(400, 422) },
  }),
  async (c) => c.json(await c.get("services").queries.list(askerOf(c), c.req.valid("query")), 200),
);

historyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/queries/{id}",
    tags,
    summary: "Get a question with its answer and timings",
    description: "A question enters the history right after its reply.",
    request: { params: ById },
    responses: { 200: json(QueryRecord, "The question"), ...problems(404) },
  }),
  async (c) => c.json(await c.get("services").queries.get(askerOf(c), c.req.valid("param").id), 200),
);

historyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/queries/{id}/feedback",
    tags,
    summary: "Say whether an answer was right",
    description: "The newest opinion counts.",
    middleware: [jsonBody(FEEDBACK_BODY)] as const,
    request: { params: ById, body: jsonRequest(Feedback) },
    responses: {
      200: json(QueryRecord, "The question with its feedback"),
      ...problems(400, 404, 413, 415, 422),
    },
  }),
  async (c) => {
    const { queries } = c.get("services");
    const { id } = c.req.valid("param");
    await queries.giveFeedback(askerOf(c), id, c.req.valid("json"));
    return c.json(await queries.get(askerOf(c), id), 200);
  },
);
