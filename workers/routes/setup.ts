import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SCOPES } from "../contract/access.ts";
import { SetUp, Setup } from "../contract/identity.ts";
import { sameText } from "../crypto/constant-time.ts";
import { AppError } from "../errors.ts";
import { makeApiKey } from "../identity/api-keys.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { newSignInLink } from "./sign-in-links.ts";

const SMALL_BODY = 16 * 1024;
const SYSTEM = { kind: "system", id: null, user_id: null } as const;

export const setupRoutes = newRouter();

setupRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/setup",
    tags: ["Users"],
    summary: "Make the first super_admin, or let one in again",
    description:
      "Takes `Authorization: Bearer` with the secret SETUP_TOKEN. The reply has a link that signs the super_admin in once, within a day, and an API key for the command line, both shown this once. With `recover`, the oldest active super_admin gets new ones.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(Setup) },
    responses: {
      201: json(SetUp, "The super_admin, the link and the key"),
      ...problems(400, 401, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    await assertSetupToken(c);
    const { users, setup } = c.get("services");
    const wanted = c.req.valid("json");
    const isRecovery = wanted.recover && !(await users.isEmpty());
    if (!isRecovery) await setup.assertNobody();
    return c.json(await (isRecovery ? recover(c) : begin(c, wanted)), 201);
  },
);

async function begin(c: Context<AppEnv>, { email, name }: { email: string; name?: string | undefined }) {
  const { users, setup } = c.get("services");
  const account = {
    id: users.newId(),
    email,
    name: name ?? email.replace(/@.*/, ""),
    role: "super_admin",
    tier: "authenticated",
  } as const;
  const access = newAccess(c, account.id);
  const event = await c.get("audit").prepare({
    action: "setup.completed",
    target: { kind: "user", id: account.id },
    detail: { key_id: access.stored.key.id },
    personal: { email, name: account.name },
    subject: account.id,
    actor: SYSTEM,
  });
  await setup.begin(account, access.stored, [event]);
  return reply(c, account.id, access);
}

async function recover(c: Context<AppEnv>) {
  const { setup } = c.get("services");
  const userId = await setup.firstSuperAdmin();
  const access = newAccess(c, userId);
  const event = await c.get("audit").prepare({
    action: "setup.recovered",
    target: { kind: "user", id: userId },
    detail: { key_id: access.stored.key.id },
    actor: SYSTEM,
  });
  await setup.recover(userId, access.stored, [event]);
  return reply(c, userId, access);
}

/** What the command line and scripts send when they take in whole folders. */
const COMMAND_LINE_LIMIT = { per_minute: 60_000, burst: 5_000 };

type NewAccess = ReturnType<typeof newAccess>;

function newAccess(c: Context<AppEnv>, userId: string) {
  const { id, secret, hash } = makeApiKey(c.get("services").settings.AUTH_SECRET);
  const link = newSignInLink(c.req.url);
  const key = {
    id,
    userId,
    name: "command line",
    hash,
    scopes: [...SCOPES],
    collections: null,
    rateLimit: COMMAND_LINE_LIMIT,
    expiresAt: null,
  };
  return { stored: { link: link.stored, key }, link: link.shown, secret };
}

async function reply(c: Context<AppEnv>, userId: string, { stored, link, secret }: NewAccess) {
  const { users, apiKeys } = c.get("services");
  const [user, key] = await Promise.all([users.get(userId), apiKeys.get(stored.key.id, userId)]);
  return { user, link, key: { key, secret } };
}

async function assertSetupToken(c: Context<AppEnv>): Promise<void> {
  const [, token] = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  if (token !== undefined && sameText(token, c.get("services").settings.SETUP_TOKEN)) return;
  await c.get("audit").record({
    action: "access.refused",
    result: "refused",
    target: { kind: "route", id: "POST /api/v1/setup" },
    detail: { code: "credential_invalid" },
  });
  throw new AppError("credential_invalid", {
    detail:
      "Send `Authorization: Bearer` with the secret SETUP_TOKEN of this deployment (docs/users-and-access.md).",
  });
}
