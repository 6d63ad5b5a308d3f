import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { CreateKey, Key, KeyPage, NewKey, RotateKey } from "../contract/identity.ts";
import { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import { makeApiKey, remakeApiKey } from "../identity/api-keys.ts";
import { assertUsable, assertWithin, type KeyBounds } from "../identity/key-bounds.ts";
import { hasRole } from "../identity/principal.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { ownIdOf } from "./account-owner.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";

const SMALL_BODY = 64 * 1024;
const tags = ["Keys"];
const ById = z.object({ id: z.string().max(100).meta({ example: "4Qk0Zt8vW2xY" }) });

export const keyRoutes = newRouter();

keyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/keys",
    tags,
    summary: "List API keys, newest first",
    request: {
      query: PageRequest.extend({
        user_id: z
          .string()
          .max(100)
          .optional()
          .describe("For admins: whose keys, or `all`. Your own when left out"),
      }),
    },
    responses: {
      200: json(KeyPage, "A page of keys, without their secrets"),
      ...problems(400, 401, 403, 422),
    },
  }),
  async (c) => {
    const { user_id, ...page } = c.req.valid("query");
    const own = ownIdOf(c);
    if (user_id !== undefined && user_id !== own && !isAdmin(c)) {
      throw new AppError("permission_denied", { detail: "Only admins see the keys of others." });
    }
    return c.json(
      await c.get("services").apiKeys.list(user_id === "all" ? null : (user_id ?? own), page),
      200,
    );
  },
);

keyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/keys",
    tags,
    summary: "Make an API key",
    description:
      "The secret is shown this once. A key gets no scope that its owner's role cannot use, and one that is made by a key gets no more than that key has.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(CreateKey) },
    responses: {
      201: json(NewKey, "The key and its secret"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { apiKeys, settings } = c.get("services");
    const wanted = c.req.valid("json");
    const userId = ownIdOf(c);
    const bounds = {
      scopes: [...new Set(wanted.scopes)],
      collections: await collectionIds(c, wanted.collections),
      expiresAt: expiryOf(wanted.expires_at),
    };
    assertUsable(c.get("principal").role, bounds.scopes);
    const maker = await assertWithinOwn(c, bounds);
    if (wanted.rate_limit !== undefined && !isAdmin(c)) {
      throw new AppError("permission_denied", {
        detail: "Only admins set a key's `rate_limit`. Leave it out, and your tier's limit holds.",
      });
    }
    const { id, secret, hash } = makeApiKey(settings.AUTH_SECRET);
    const event = await c.get("audit").prepare({
      action: "key.created",
      target: { kind: "key", id },
      detail: { ...bounds, rate_limit: wanted.rate_limit },
      personal: { name: wanted.name },
    });
    const rateLimit = wanted.rate_limit ?? maker?.rateLimit ?? null;
    const key = await apiKeys.create({ id, userId, name: wanted.name, hash, ...bounds, rateLimit }, [event]);
    return c.json({ key, secret }, 201);
  },
);

keyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/keys/{id}",
    tags,
    summary: "Get an API key, without its secret",
    request: { params: ById },
    responses: { 200: json(Key, "The key"), ...problems(401, 403, 404) },
  }),
  async (c) => c.json(await visibleKey(c, c.req.valid("param").id), 200),
);

keyRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/keys/{id}",
    tags,
    summary: "Revoke an API key",
    description: "It changes nothing from the moment of the reply, and reads nothing within 5 seconds.",
    request: { params: ById },
    responses: { 204: { description: "Revoked" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { apiKeys, users, forgetRights } = c.get("services");
    const key = await visibleKey(c, c.req.valid("param").id);
    if (key.user_id !== ownIdOf(c)) await users.assertManageable(key.user_id, c.get("principal").role);
    if (key.revoked_at !== null) return c.body(null, 204);
    const event = await c
      .get("audit")
      .prepare({ action: "key.revoked", target: { kind: "key", id: key.id } });
    await apiKeys.revoke(key.id, [event]);
    forgetRights();
    return c.body(null, 204);
  },
);

keyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/keys/{id}/rotate",
    tags,
    summary: "Give one of your API keys a new secret",
    description: "The new secret is shown this once. The old one goes on to work for `overlap_seconds`.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: ById, body: jsonRequest(RotateKey) },
    responses: {
      200: json(NewKey, "The key and its new secret"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { apiKeys, settings, forgetRights } = c.get("services");
    const { overlap_seconds } = c.req.valid("json");
    // Admins too rotate their own only: whoever rotates a key holds it.
    const { id } = await apiKeys.get(c.req.valid("param").id, ownIdOf(c));
    const row = await apiKeys.find(id);
    if (row !== null) await assertWithinOwn(c, row);
    const { secret, hash } = remakeApiKey(settings.AUTH_SECRET, id);
    const event = await c.get("audit").prepare({
      action: "key.rotated",
      target: { kind: "key", id },
      detail: { overlap_seconds },
    });
    const key = await apiKeys.rotate(id, hash, overlap_seconds * 1000, [event]);
    forgetRights();
    return c.json({ key, secret }, 200);
  },
);

const isAdmin = (c: Context<AppEnv>): boolean => hasRole(c.get("principal").role, "admin");

const visibleKey = (c: Context<AppEnv>, id: string): Promise<Key> =>
  c.get("services").apiKeys.get(id, isAdmin(c) ? null : ownIdOf(c));

/** When a key asks for a key: what it is itself. @throws AppError `permission_denied` when that is less */
async function assertWithinOwn(c: Context<AppEnv>, wanted: KeyBounds) {
  const { keyId } = c.get("principal");
  if (keyId === null) return null;
  const own = await c.get("services").apiKeys.find(keyId);
  if (own === null) throw new AppError("credential_invalid", { detail: "The key was deleted meanwhile." });
  assertWithin(own, wanted);
  return own;
}

async function collectionIds(c: Context<AppEnv>, names: string[] | undefined): Promise<string[] | null> {
  if (names === undefined) return null;
  const { collections } = c.get("services");
  const { viewer } = c.get("principal");
  const found = await Promise.all(names.map((name) => collections.reach(viewer, name, "read")));
  return [...new Set(found.map(({ id }) => id))];
}

function expiryOf(time: string | undefined): number | null {
  if (time === undefined) return null;
  const expiresAt = Date.parse(time);
  if (expiresAt > Date.now()) return expiresAt;
  throw new AppError("validation_failed", {
    detail: "body.expires_at: a time in the future is needed. Leave it out for a key that does not expire.",
    extensions: { errors: [{ path: "body.expires_at", message: "a time in the future is needed" }] },
  });
}
