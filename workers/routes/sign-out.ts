import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Refresh } from "../contract/identity.ts";
import { AppError } from "../errors.ts";
import { sessionOf } from "../identity/sessions.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { assertOwnPage, clearSessionCookies, readRefreshCookie } from "../middleware/session-cookies.ts";
import { jsonRequest, newRouter, problems } from "./app-route.ts";
import { sessionPorts } from "./open-session.ts";

const SMALL_BODY = 8 * 1024;

export const signOutRoutes = newRouter();

signOutRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/sign-out",
    tags: ["Sign-in"],
    summary: "End the session and clear its cookies",
    description: "Asks for the refresh token, in the body or its cookie: the access token may have expired.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(Refresh) },
    responses: { 204: { description: "Signed out" }, ...problems(400, 401, 403, 413, 415, 422) },
  }),
  async (c) => {
    const given = c.req.valid("json").refresh_token;
    if (given === undefined) {
      assertOwnPage(c);
      const token = readRefreshCookie(c);
      // Whoever clicks "sign out" is to be signed out, even if the session was over already.
      if (token !== undefined) await endSession(c, token).catch(unlessOver);
    } else await endSession(c, given);
    clearSessionCookies(c);
    return c.body(null, 204);
  },
);

async function endSession(c: Context<AppEnv>, token: string): Promise<void> {
  const { sessions, principals } = c.get("services");
  const { id, userId } = await sessionOf(sessionPorts(c), token);
  const ended = await c.get("audit").prepare({
    action: "session.ended",
    actor: { kind: "user", id, user_id: userId },
    target: { kind: "session", id },
  });
  await sessions.end(userId, id, [ended]);
  principals.forget();
}

function unlessOver(error: unknown): void {
  if (!(error instanceof AppError) || error.status >= 500) throw error;
}
