import { createRoute } from "@hono/zod-openapi";
import { SessionList } from "../contract/identity.ts";
import { json, newRouter, problems } from "./app-route.ts";
import { ByUserId } from "./user-id.ts";

const tags = ["Users"];

export const userSessionRoutes = newRouter();

userSessionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/users/{id}/sessions",
    tags,
    summary: "List where a user is signed in",
    request: { params: ByUserId },
    responses: { 200: json(SessionList, "The sessions, the last used first"), ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { users, sessions } = c.get("services");
    const { id } = c.req.valid("param");
    const { role, sessionId } = c.get("principal");
    await users.assertManageable(id, role);
    return c.json({ items: await sessions.list(id, sessionId) }, 200);
  },
);

userSessionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/users/{id}/sessions",
    tags,
    summary: "Sign a user out everywhere",
    description: "API keys go on to work; disable the user to stop these, too.",
    request: { params: ByUserId },
    responses: { 204: { description: "Signed out" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    const services = c.get("services");
    const { id } = c.req.valid("param");
    await services.users.assertManageable(id, c.get("principal").role);
    const event = await c.get("audit").prepare({
      action: "session.ended",
      target: { kind: "user", id },
      detail: { all: true },
    });
    await services.sessions.endAll(id, null, [event]);
    services.forgetRights();
    return c.body(null, 204);
  },
);
