import { createRoute, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { ORIGIN } from "../audit/checkpoint.ts";
import { deliverBacklog } from "../audit/deliver.ts";
import { AuditKey, AuditPage, AuditProof, AuditQuery, Checkpoint } from "../contract/audit.ts";
import { AppError } from "../errors.ts";
import { json, newRouter, problems } from "./app-route.ts";

const tags = ["Audit"];
const ById = z.object({ id: z.string().max(100).meta({ example: "evt_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });

export const auditRoutes = newRouter();

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/audit",
    tags,
    summary: "List what was done, newest first",
    description: "`from` is inclusive, `to` is not. What was committed before the request is in the list.",
    request: { query: AuditQuery },
    responses: { 200: json(AuditPage, "A page of events"), ...problems(400, 422) },
  }),
  async (c) => {
    const { auditDelivery, auditReader } = c.get("services");
    await deliverBacklog(auditDelivery);
    return c.json(await auditReader.list(c.req.valid("query")), 200);
  },
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/audit/proof/{id}",
    tags,
    summary: "Prove that an event stands in the log",
    description:
      "The siblings from the leaf up to the root that a signed checkpoint holds (RFC 6962, 2.1.1).",
    request: { params: ById },
    responses: { 200: json(AuditProof, "The proof"), ...problems(404) },
  }),
  async (c) => {
    const { auditDelivery, auditReader } = c.get("services");
    await deliverBacklog(auditDelivery);
    return c.json(await auditReader.proof(c.req.valid("param").id), 200);
  },
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/audit/checkpoint",
    tags,
    summary: "Get the newest checkpoint",
    description: "Signed every minute while events come.",
    responses: { 200: json(Checkpoint, "A signed note that commits to all events up to its size") },
  }),
  async (c) => c.json(await c.get("services").auditReader.checkpoint(), 200),
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/audit/key",
    tags,
    summary: "Get the key that checkpoints are verified with",
    responses: { 200: json(AuditKey, "The verifier key of C2SP signed notes") },
  }),
  async (c) =>
    c.json({ origin: ORIGIN, verifier_key: await c.get("services").auditReader.verifierKey() }, 200),
);

const ExportQuery = z.object({
  from: z.coerce.number().int().min(0).default(0).describe("The sequence of the first event"),
});

const exportRoute = createRoute({
  method: "get",
  path: "/api/v1/audit/export",
  tags,
  summary: "Export all events in order",
  description:
    "One line of JSON an event, the oldest first: its `sequence`, the `leaf` that was hashed, the plaintexts that were " +
    "`opened` of it, and the `event`. The last line is the `checkpoint` of all of them; `almanac audit verify` checks it.",
  request: { query: ExportQuery },
  responses: {
    200: { description: "Lines of JSON", content: { "application/x-ndjson": { schema: z.string() } } },
    ...problems(422),
  },
});

// The router's types know JSON and text as replies; lines of JSON are neither.
auditRoutes.openAPIRegistry.registerPath(exportRoute);
auditRoutes.get(exportRoute.path, async (c) => {
  const { auditDelivery, auditReader } = c.get("services");
  const from = readFrom(c.req.query());
  await c.get("audit").record({
    action: "audit.exported",
    target: { kind: "audit", id: "log" },
    detail: { from },
  });
  await deliverBacklog(auditDelivery);
  const parts = auditReader.exportFrom(from);
  // Read before the reply begins: a log that cannot be read is an error then, not an export that ends early.
  const first = await parts.next();
  c.header("content-type", "application/x-ndjson");
  return stream(c, async (out) => {
    if (!first.done) await out.write(first.value);
    for await (const part of parts) await out.write(part);
  });
});

function readFrom(query: Record<string, string>): number {
  const result = ExportQuery.safeParse(query);
  if (result.success) return result.data.from;
  throw new AppError("validation_failed", {
    detail: result.error.issues.map((issue) => `query.${issue.path.join(".")}: ${issue.message}`).join("; "),
  });
}
