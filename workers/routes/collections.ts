import { createRoute, z } from "@hono/zod-openapi";
import {
  Collection,
  CollectionName,
  CollectionPage,
  CreateCollection,
  UpdateCollection,
} from "../contract/collections.ts";
import { PageRequest } from "../contract/pagination.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { IdempotencyHeader, json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { authorOf, viewerOf } from "./author.ts";

const SMALL_BODY = 64 * 1024;
const tags = ["Collections"];
const ByName = z.object({ name: CollectionName });

export const collectionRoutes = newRouter();

collectionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/collections",
    tags,
    summary: "List collections",
    request: { query: PageRequest },
    responses: { 200: json(CollectionPage, "A page of collections, by name"), ...problems(400, 422) },
  }),
  async (c) => c.json(await c.get("services").collections.list(viewerOf(c), c.req.valid("query")), 200),
);

collectionRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/collections",
    tags,
    summary: "Create a collection",
    description: "Not needed before an upload: a collection comes into being with its first document.",
    middleware: [jsonBody(SMALL_BODY), idempotent] as const,
    request: { headers: IdempotencyHeader, body: jsonRequest(CreateCollection) },
    responses: { 201: json(Collection, "The new collection"), ...problems(400, 409, 413, 415, 422) },
  }),
  async (c) => c.json(await c.get("services").collections.create(authorOf(c), c.req.valid("json")), 201),
);

collectionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/collections/{name}",
    tags,
    summary: "Get a collection with its counts",
    request: { params: ByName },
    responses: { 200: json(Collection, "The collection"), ...problems(404, 422) },
  }),
  async (c) => c.json(await c.get("services").collections.get(viewerOf(c), c.req.valid("param").name), 200),
);

collectionRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/api/v1/collections/{name}",
    tags,
    summary: "Rename or describe a collection, or open it to others",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: ByName, body: jsonRequest(UpdateCollection) },
    responses: {
      200: json(Collection, "The collection as it is now"),
      ...problems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { collections } = c.get("services");
    return c.json(await collections.update(authorOf(c), c.req.valid("param").name, c.req.valid("json")), 200);
  },
);

collectionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/collections/{name}",
    tags,
    summary: "Delete a collection with its documents",
    request: { params: ByName },
    responses: { 204: { description: "Deleted" }, ...problems(404, 409, 422) },
  }),
  async (c) => {
    const services = c.get("services");
    const { id } = await services.collections.delete(authorOf(c), c.req.valid("param").name);
    await services.index(id).clear();
    return c.body(null, 204);
  },
);
