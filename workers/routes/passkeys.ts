import { createRoute, z } from "@hono/zod-openapi";
import { AddPasskey, Passkey, PasskeyList, PasskeyOptions } from "../contract/identity.ts";
import { AppError } from "../errors.ts";
import { assertFresh } from "../identity/fresh-session.ts";
import { CHALLENGE_MS, registrationOptions, siteOf, verifyRegistration } from "../identity/passkeys.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { ownIdOf } from "./account-owner.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { passkeySignInRoutes } from "./passkey-sign-in.ts";

/** Room for an attestation with its certificates. */
const PASSKEY_BODY = 64 * 1024;
const tags = ["Account"];
const ById = z.object({ id: z.string().max(1400) });

export const passkeyRoutes = newRouter();
passkeyRoutes.route("/", passkeySignInRoutes);

passkeyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/auth/passkeys",
    tags,
    summary: "List your passkeys",
    responses: { 200: json(PasskeyList, "The oldest first"), ...problems(401, 403) },
  }),
  async (c) => c.json({ items: await c.get("services").passkeys.list(ownIdOf(c)) }, 200),
);

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/passkeys/options",
    tags,
    summary: "Begin to add a passkey",
    description:
      "For sessions that began within the last 15 minutes. The options are for `navigator.credentials.create`; answer within five minutes.",
    responses: { 200: json(PasskeyOptions, "The challenge"), ...problems(401, 403, 503) },
  }),
  async (c) => {
    assertFresh(c.get("principal").since, Date.now());
    const { users, passkeys, oneTimeTokens } = c.get("services");
    const user = await users.get(ownIdOf(c));
    const { challenge, options } = await registrationOptions(
      siteOf(c.req.url),
      user,
      await passkeys.known(user.id),
    );
    const { token } = await oneTimeTokens.make(
      { purpose: "passkey_registration", userId: user.id, payload: { challenge } },
      CHALLENGE_MS,
    );
    return c.json({ challenge_token: token, options }, 200);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/auth/passkeys",
    tags,
    summary: "Add a passkey",
    middleware: [jsonBody(PASSKEY_BODY)] as const,
    request: { body: jsonRequest(AddPasskey) },
    responses: {
      201: json(Passkey, "The new passkey"),
      ...problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
  }),
  async (c) => {
    assertFresh(c.get("principal").since, Date.now());
    const { passkeys, oneTimeTokens } = c.get("services");
    const { challenge_token, name, response } = c.req.valid("json");
    const userId = ownIdOf(c);
    const begun = await oneTimeTokens.redeem("passkey_registration", challenge_token);
    if (begun?.userId !== userId) {
      throw new AppError("passkey_refused", { detail: "The challenge is used up or too old: begin again." });
    }
    const added = await verifyRegistration(siteOf(c.req.url), String(begun.payload.challenge), response);
    const event = await c.get("audit").prepare({
      action: "passkey.added",
      target: { kind: "user", id: userId },
      detail: { passkey: added.id },
    });
    return c.json(await passkeys.add({ ...added, userId }, name, [event]), 201);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/auth/passkeys/{id}",
    tags,
    summary: "Remove a passkey",
    request: { params: ById },
    responses: { 204: { description: "Removed" }, ...problems(401, 403, 404, 422) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const userId = ownIdOf(c);
    const removed = await c.get("audit").prepare({
      action: "passkey.removed",
      target: { kind: "user", id: userId },
      detail: { passkey: id },
    });
    await c.get("services").passkeys.remove(userId, id, [removed]);
    return c.body(null, 204);
  },
);
