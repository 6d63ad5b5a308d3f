import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ChunkPage, DocumentText } from "../contract/documents.ts";
import { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import { assertClean } from "../ingestion/scan/verdict.ts";
import type { AppEnv } from "../middleware/context.ts";
import { json, newRouter, problems } from "./app-route.ts";
import { viewerOf } from "./author.ts";
import { parseRange } from "./byte-range.ts";
import { ById } from "./documents.ts";

const tags = ["Documents"];
const AtVersion = z.object({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe("The live version (else the newest) when not given"),
});

export const documentContentRoutes = newRouter();

/** A version that the one who asks may read and that was found clean. */
async function openVersion(c: Context<AppEnv>, id: string, number: number | undefined) {
  const stored = await c.get("services").documents.version(viewerOf(c), id, number);
  assertClean(stored);
  return stored;
}

/** Nobody gets any of a document before it is written down that he does. */
const auditRead = (
  c: Context<AppEnv>,
  { documentId, version }: { documentId: string; version: number },
  part: "text" | "chunks" | "content",
): Promise<void> =>
  c.get("audit").record({
    action: "document.read",
    target: { kind: "document", id: documentId },
    detail: { version, part },
  });

documentContentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}/text",
    tags,
    summary: "The stored text that citations point into",
    description:
      "Plain text; with `Accept: application/json` the text with the offsets of its pages. Offsets are UTF-16 code units, " +
      "as JavaScript, Java and C# count.",
    request: { params: ById, query: AtVersion },
    responses: {
      200: {
        description: "The text",
        content: { "text/plain": { schema: z.string() }, "application/json": { schema: DocumentText } },
      },
      ...problems(404, 409),
    },
  }),
  async (c) => {
    const services = c.get("services");
    const stored = await openVersion(c, c.req.valid("param").id, c.req.valid("query").version);
    const parsed = stored.textKey === null ? null : await services.texts.load(stored.textKey);
    if (parsed === null) {
      throw new AppError("text_not_ready", {
        detail: `Version ${stored.version} has no text yet, or its ingestion failed.`,
      });
    }
    await auditRead(c, stored, "text");
    c.header("x-document-version", String(stored.version));
    c.header("vary", "accept");
    if (!(c.req.header("accept") ?? "").includes("application/json")) {
      return c.text(parsed.text, 200);
    }
    return c.json(
      { document_id: stored.documentId, version: stored.version, text: parsed.text, pages: parsed.pages },
      200,
    );
  },
);

documentContentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}/chunks",
    tags,
    summary: "The chunks a version was cut into",
    request: { params: ById, query: PageRequest.extend(AtVersion.shape) },
    responses: { 200: json(ChunkPage, "A page of chunks, in the document's order"), ...problems(400, 404) },
  }),
  async (c) => {
    const services = c.get("services");
    const { version, limit, cursor } = c.req.valid("query");
    const stored = await openVersion(c, c.req.valid("param").id, version);
    const after = cursor === undefined ? -1 : Number.parseInt(cursor, 10);
    if (Number.isNaN(after))
      throw new AppError("invalid_cursor", { detail: "Pass `cursor` as the last page gave it." });
    const chunks = await services
      .index(stored.collectionId)
      .chunks({ documentId: stored.documentId, version: stored.version, after, limit: limit + 1 });
    const items = chunks.slice(0, limit).map((chunk) => ({
      chunk_id: chunk.chunkId,
      ordinal: chunk.ordinal,
      page: chunk.page,
      start: chunk.start,
      end: chunk.end,
      headings: chunk.headings,
      context: chunk.context,
      text: chunk.text,
    }));
    await auditRead(c, stored, "chunks");
    return c.json(
      { items, next_cursor: chunks.length > limit ? String(items.at(-1)?.ordinal ?? "") : null },
      200,
    );
  },
);

documentContentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}/content",
    tags,
    summary: "Download the bytes as they were uploaded",
    request: { params: ById, query: AtVersion, headers: z.object({ range: z.string().max(200).optional() }) },
    responses: {
      200: { description: "All of it", content: { "application/octet-stream": { schema: z.string() } } },
      206: {
        description: "The part that `Range` names",
        content: { "application/octet-stream": { schema: z.string() } },
      },
      304: { description: "Not changed since the version that `If-None-Match` names" },
      ...problems(404, 410, 416),
    },
  }),
  async (c) => {
    const services = c.get("services");
    const stored = await openVersion(c, c.req.valid("param").id, c.req.valid("query").version);
    const etag = `"${stored.sha256}"`;
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
    const isSame = [undefined, etag].includes(c.req.header("if-range"));
    const range = isSame ? parseRange(c.req.header("range"), stored.bytes) : null;
    const object = await services.blobs.open(
      stored.sha256,
      range === null ? undefined : { offset: range.start, length: range.length },
    );
    if (object === null)
      throw new AppError("content_missing", {
        detail: `The bytes of version ${stored.version} are not in the store.`,
      });
    await auditRead(c, stored, "content");
    const headers = {
      "content-type": stored.mimeType ?? "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(stored.documentName.split("/").at(-1) ?? "document")}`,
      "content-length": String(range?.length ?? stored.bytes),
      "accept-ranges": "bytes",
      // Uploaded pages are data: opened in a browser, they run nothing.
      "content-security-policy": "sandbox; default-src 'none'",
      etag,
      "x-document-version": String(stored.version),
    };
    if (range === null) return c.body(object.body, 200, headers);
    const { start, length } = range;
    return c.body(object.body, 206, {
      ...headers,
      "content-range": `bytes ${start}-${start + length - 1}/${stored.bytes}`,
    });
  },
);
