import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Refresh, SignedIn, SignIn, SignInByLink } from "../contract/identity.ts";
import { AppError } from "../errors.ts";
import { checkPassword } from "../identity/password-sign-in.ts";
import { refreshSession } from "../identity/sessions.ts";
import { bucketOf } from "../limits/addresses.ts";
import { clientAddress } from "../middleware/client-address.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { assertOwnPage, readRefreshCookie } from "../middleware/session-cookies.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { assertTransport, auditRefusal, openSession, sessionPorts, signedIn } from "./open-session.ts";
import { signOutRoutes } from "./sign-out.ts";

const SMALL_BODY = 8 * 1024;
const tags = ["Sign-in"];

export const signInRoutes = newRouter();
signInRoutes.route("/", signOutRoutes);

signInRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/sign-in",
    tags,
    summary: "Sign in with a password",
    description: "With `transport: cookie` the tokens go into HttpOnly cookies instead of the reply.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(SignIn) },
    responses: {
      200: json(SignedIn, "The new session"),
      ...problems(400, 401, 403, 413, 415, 422, 429, 503),
    },
  }),
  async (c) => {
    const { email, password, ...how } = c.req.valid("json");
    assertTransport(c, how.transport);
    const { users, throttle, settings } = c.get("services");
    const shown = await checkPassword(
      {
        findByEmail: (address) => users.findByEmail(address),
        renewPasswordHash: (id, former, hash) => users.renewPasswordHash(id, former, hash),
        throttle: (account) => throttle.signIn(account, bucketOf(clientAddress(c))),
        // Known addresses and unknown ones take the same time: what is written of them differs.
        record: async (draft) => c.get("audit").recordLater(draft),
        authSecret: settings.AUTH_SECRET,
      },
      { email, password },
    );
    return c.json(await openSession(c, { ...shown, method: "password" }, how), 200);
  },
);

signInRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/link",
    tags,
    summary: "Sign in with a one-time link",
    description: "For 15 minutes after this, a password can be set without the old one.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(SignInByLink) },
    responses: {
      200: json(SignedIn, "The new session"),
      ...problems(400, 401, 403, 413, 415, 422, 429, 503),
    },
  }),
  async (c) => {
    const { token, ...how } = c.req.valid("json");
    assertTransport(c, how.transport);
    const userId = await auditRefusal(c, "link", redeemLink(c, token));
    const entrant = { userId, method: "link", passwordHash: null } as const;
    return c.json(await openSession(c, entrant, how), 200);
  },
);

signInRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/refresh",
    tags,
    summary: "Change the refresh token for new tokens",
    description:
      "Each refresh token works once; the newest one may be repeated for 30 seconds when the reply was lost. One " +
      "that is older than that ends the session, since two must have had it.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(Refresh) },
    responses: {
      200: json(SignedIn, "The session, with new tokens"),
      ...problems(400, 401, 403, 413, 415, 422, 429, 503),
    },
  }),
  async (c) => {
    const given = c.req.valid("json").refresh_token;
    if (given === undefined) assertOwnPage(c);
    const token = given ?? readRefreshCookie(c);
    if (token === undefined) {
      throw new AppError("credential_missing", { detail: "There is no `refresh_token`, nor its cookie." });
    }
    const opened = await refreshSession(sessionPorts(c), token);
    return c.json(await signedIn(c, opened, given === undefined ? "cookie" : "token"), 200);
  },
);

/** The user whom the link was made for; from now on it opens nothing. @throws AppError `link_invalid` */
async function redeemLink(c: Context<AppEnv>, token: string): Promise<string> {
  const link = await c.get("services").oneTimeTokens.redeem("link", token);
  if (link !== null && link.userId !== null) return link.userId;
  throw new AppError("link_invalid", { detail: "Ask an administrator for a new link: each works once." });
}
