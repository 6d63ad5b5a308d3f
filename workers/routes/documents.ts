import { createRoute, z } from "@hono/zod-openapi";
import {
  Accepted,
  Document,
  DocumentPage,
  DocumentQuery,
  UpdateDocument,
  VersionPage,
} from "../contract/documents.ts";
import { PageRequest } from "../contract/pagination.ts";
import { authenticateAgain } from "../middleware/authenticate.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { authorOf, viewerOf } from "./author.ts";

const tags = ["Documents"];
const METADATA_BODY = 256 * 1024;
export const ById = z.object({ id: z.string().max(100).meta({ example: "doc_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });

export const documentRoutes = newRouter();

documentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents",
    tags,
    summary: "List documents",
    request: { query: DocumentQuery },
    responses: { 200: json(DocumentPage, "A page of documents"), ...problems(400, 422) },
  }),
  async (c) => c.json(await c.get("services").documents.list(viewerOf(c), c.req.valid("query")), 200),
);

documentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}",
    tags,
    summary: "Get a document",
    request: { params: ById },
    responses: { 200: json(Document, "The document"), ...problems(404) },
  }),
  async (c) => c.json(await c.get("services").documents.get(viewerOf(c), c.req.valid("param").id), 200),
);

documentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}/versions",
    tags,
    summary: "List a document's versions, newest first",
    request: { params: ById, query: PageRequest },
    responses: { 200: json(VersionPage, "A page of versions"), ...problems(400, 404) },
  }),
  async (c) => {
    const { documents } = c.get("services");
    return c.json(await documents.versions(viewerOf(c), c.req.valid("param").id, c.req.valid("query")), 200);
  },
);

documentRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/api/v1/documents/{id}",
    tags,
    summary: "Change a document's title, metadata or who reaches it",
    description: "Filters follow at once; the words of a new title are found after the next `reindex`.",
    middleware: [jsonBody(METADATA_BODY)] as const,
    request: { params: ById, body: jsonRequest(UpdateDocument) },
    responses: { 200: json(Document, "The document as it is now"), ...problems(400, 404, 413, 415, 422) },
  }),
  async (c) => {
    const services = c.get("services");
    const { id } = c.req.valid("param");
    await services.documents.update(authorOf(c), id, c.req.valid("json"));
    services.forgetRights();
    await services.describe(id);
    // Whoever closes a document gets a grant on it, without which he would not be told of it.
    await authenticateAgain(c);
    return c.json(await services.documents.get(viewerOf(c), id), 200);
  },
);

documentRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/documents/{id}",
    tags,
    summary: "Delete a document with all its versions",
    description:
      "It answers no question from the moment of the reply. Its bytes go once no other document has the same.",
    request: { params: ById },
    responses: { 204: { description: "Deleted" }, ...problems(404) },
  }),
  async (c) => {
    const services = c.get("services");
    const { id } = c.req.valid("param");
    const { collectionId } = await services.documents.delete(authorOf(c), id);
    await services.index(collectionId).remove({ documentId: id });
    return c.body(null, 204);
  },
);

documentRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/documents/{id}/reindex",
    tags,
    summary: "Ingest the newest version again",
    description:
      "For a version that failed, or after the parsers or the embedding model changed. What is live answers meanwhile.",
    request: { params: ById },
    responses: { 202: json(Accepted, "Accepted; follow the job"), ...problems(404) },
  }),
  async (c) => {
    const services = c.get("services");
    const document = await services.documents.get(viewerOf(c), c.req.valid("param").id);
    await services.jobs.restart(authorOf(c), document.job_id);
    services.inBackground(services.announceNow([document.job_id]), "announce a reindex");
    const { id, name, collection, version } = document;
    return c.json(
      {
        document: { id, name, collection, version, status: "queued" as const },
        job: { id: document.job_id, state: "queued" as const },
        unchanged: false,
      },
      202,
    );
  },
);
