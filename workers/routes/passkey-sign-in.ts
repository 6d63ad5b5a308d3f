import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PasskeyOptions, SignedIn, SignInByPasskey } from "../contract/identity.ts";
import { CHALLENGE_MS, passkeyFailed, signInOptions, siteOf, verifySignIn } from "../identity/passkeys.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { assertTransport, auditRefusal, openSession } from "./open-session.ts";

const SMALL_BODY = 16 * 1024;
const tags = ["Sign-in"];

export const passkeySignInRoutes = newRouter();

passkeySignInRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/passkey/options",
    tags,
    summary: "Begin to sign in with a passkey",
    description: "The options are for `navigator.credentials.get`; answer within five minutes.",
    responses: { 200: json(PasskeyOptions, "The challenge"), ...problems(429, 503) },
  }),
  async (c) => {
    const { challenge, options } = await signInOptions(siteOf(c.req.url));
    const { token } = await c
      .get("services")
      .oneTimeTokens.make({ purpose: "passkey_sign_in", userId: null, payload: { challenge } }, CHALLENGE_MS);
    return c.json({ challenge_token: token, options }, 200);
  },
);

passkeySignInRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/passkey",
    tags,
    summary: "Sign in with a passkey",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(SignInByPasskey) },
    responses: {
      200: json(SignedIn, "The new session"),
      ...problems(400, 401, 403, 413, 415, 422, 429, 503),
    },
  }),
  async (c) => {
    const { challenge_token, response, ...how } = c.req.valid("json");
    assertTransport(c, how.transport);
    const userId = await auditRefusal(c, "passkey", ownerOf(c, challenge_token, response));
    return c.json(await openSession(c, { userId, method: "passkey", passwordHash: null }, how), 200);
  },
);

/** The user whose passkey answered the challenge. @throws AppError `sign_in_failed` */
async function ownerOf(
  c: Context<AppEnv>,
  challengeToken: string,
  response: Record<string, unknown>,
): Promise<string> {
  const { passkeys, oneTimeTokens } = c.get("services");
  const begun = await oneTimeTokens.redeem("passkey_sign_in", challengeToken);
  const passkey = await passkeys.find(String(response.id));
  if (begun === null || passkey === null) throw passkeyFailed();
  const counter = await verifySignIn(siteOf(c.req.url), String(begun.payload.challenge), passkey, response);
  if (!(await passkeys.use(passkey.id, counter))) throw passkeyFailed();
  return passkey.userId;
}
