import { createRoute } from "@hono/zod-openapi";
import { ChangePassword, Me, Ticket } from "../contract/identity.ts";
import { scopesOf } from "../identity/account-scopes.ts";
import { changePassword } from "../identity/change-password.ts";
import { bucketOf } from "../limits/addresses.ts";
import { clientAddress } from "../middleware/client-address.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { ownIdOf, signedInOnly } from "./account-owner.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { sessionRoutes } from "./sessions.ts";

const SMALL_BODY = 8 * 1024;
const tags = ["Account"];

export const accountRoutes = newRouter();
accountRoutes.route("/", sessionRoutes);

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/auth/me",
    tags,
    summary: "Who is asking",
    responses: { 200: json(Me, "What the credential of this request allows"), ...problems(401) },
  }),
  async (c) => {
    const principal = c.get("principal");
    const { userId, sessionId, keyId, role, kind } = principal;
    return c.json(
      {
        user: userId === null ? null : await c.get("services").users.get(userId),
        credential: CREDENTIALS[kind],
        session_id: sessionId,
        key_id: keyId,
        role,
        scopes: scopesOf(principal),
      },
      200,
    );
  },
);

const CREDENTIALS = { user: "session", key: "key", anonymous: "none" } as const;

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/tickets",
    tags,
    summary: "Get a ticket for a stream",
    description:
      "For event streams and WebSockets, which cannot send headers: `?ticket=…`, once, within 30 seconds. It stands for the credential of this request.",
    responses: { 201: json(Ticket, "The ticket"), ...problems(401, 403) },
  }),
  async (c) => {
    const claim = c.get("claim");
    if (claim === null) throw signedInOnly();
    const { token, expiresAt } = await c.get("services").oneTimeTokens.makeTicket(claim, ownIdOf(c));
    return c.json({ ticket: token, expires_at: new Date(expiresAt).toISOString() }, 201);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "put",
    path: "/api/v1/auth/password",
    tags,
    summary: "Set or change the password",
    description:
      "Ends all other sessions. `current_password` is not needed within 15 minutes of signing in by a link. Where " +
      "there is no password yet, the session must have begun within the last 15 minutes.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(ChangePassword) },
    responses: { 204: { description: "Changed" }, ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  }),
  async (c) => {
    const { users, sessions, throttle, settings, principals, commonPasswords } = c.get("services");
    const { current_password, new_password } = c.req.valid("json");
    const { sessionId, method, since } = c.get("principal");
    const owner = await users.findByEmail((await users.get(ownIdOf(c))).email);
    if (owner === null) throw signedInOnly();
    await changePassword(
      {
        replacePassword: (id, hash, keep, events) => sessions.replacePassword(id, hash, keep, events),
        throttle: (account) => throttle.signIn(account, bucketOf(clientAddress(c))),
        commonPasswords,
        prepare: (draft) => c.get("audit").prepare(draft),
        authSecret: settings.AUTH_SECRET,
        now: Date.now(),
      },
      owner,
      { id: sessionId, method, since },
      { current: current_password, next: new_password },
    );
    principals.forget();
    return c.body(null, 204);
  },
);
