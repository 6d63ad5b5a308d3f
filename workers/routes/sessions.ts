import { createRoute, z } from "@hono/zod-openapi";
import { RenameSession, Session, SessionList } from "../contract/identity.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { clearSessionCookies } from "../middleware/session-cookies.ts";
import { ownIdOf } from "./account-owner.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";

const SMALL_BODY = 8 * 1024;
const tags = ["Account"];
const ById = z.object({ id: z.string().max(64) });
const KeepCurrent = z.object({
  keep_current: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true")
    .describe("Whether the session that asks goes on"),
});

export const sessionRoutes = newRouter();

sessionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/auth/sessions",
    tags,
    summary: "List your sessions",
    responses: { 200: json(SessionList, "Those that go on, the last used first"), ...problems(401, 403) },
  }),
  async (c) => {
    const { sessions } = c.get("services");
    return c.json({ items: await sessions.list(ownIdOf(c), c.get("principal").sessionId) }, 200);
  },
);

sessionRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/api/v1/auth/sessions/{id}",
    tags,
    summary: "Name a session",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: ById, body: jsonRequest(RenameSession) },
    responses: {
      200: json(Session, "The session as it is now"),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  }),
  async (c) => {
    const { sessions } = c.get("services");
    const { device_name } = c.req.valid("json");
    const current = c.get("principal").sessionId;
    return c.json(await sessions.rename(ownIdOf(c), c.req.valid("param").id, device_name, current), 200);
  },
);

sessionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/auth/sessions/{id}",
    tags,
    summary: "End a session",
    request: { params: ById },
    responses: { 204: { description: "Ended" }, ...problems(401, 403, 404, 422) },
  }),
  async (c) => {
    const { sessions, principals } = c.get("services");
    const { id } = c.req.valid("param");
    const ended = await c.get("audit").prepare({ action: "session.ended", target: { kind: "session", id } });
    await sessions.end(ownIdOf(c), id, [ended]);
    principals.forget();
    if (id === c.get("principal").sessionId) clearSessionCookies(c);
    return c.body(null, 204);
  },
);

sessionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/auth/sessions",
    tags,
    summary: "End all your sessions",
    request: { query: KeepCurrent },
    responses: { 204: { description: "Ended" }, ...problems(401, 403, 422) },
  }),
  async (c) => {
    const { sessions, principals } = c.get("services");
    const { keep_current } = c.req.valid("query");
    const userId = ownIdOf(c);
    const ended = await c.get("audit").prepare({
      action: "session.ended",
      target: { kind: "user", id: userId },
      detail: { keep_current },
    });
    await sessions.endAll(userId, keep_current ? c.get("principal").sessionId : null, [ended]);
    principals.forget();
    if (!keep_current) clearSessionCookies(c);
    return c.body(null, 204);
  },
);
