import { createRoute } from "@hono/zod-openapi";
import { RotateSigningKeys, SigningKeyList } from "../contract/identity.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";

const SMALL_BODY = 16 * 1024;
const tags = ["Keys"];

export const signingKeyRoutes = newRouter();

signingKeyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/signing-keys",
    tags,
    summary: "List the keys that access tokens are signed with",
    responses: { 200: json(SigningKeyList, "The keys, newest first"), ...problems(401, 403) },
  }),
  async (c) => c.json({ items: await c.get("services").signingKeys.list() }, 200),
);

signingKeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/signing-keys/rotate",
    tags,
    summary: "Replace the signing key",
    description:
      "The new key is published first and signs ten minutes later; the old one is accepted until its last token has expired, so nobody is signed out. With `revoke`, when the old keys are known to others, it signs at once and all tokens of theirs are refused; sessions go on with a refresh.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(RotateSigningKeys) },
    responses: {
      200: json(SigningKeyList, "The keys as they are now"),
      ...problems(400, 401, 403, 413, 415, 422),
    },
  }),
  async (c) => {
    const { signingKeys } = c.get("services");
    const { revoke } = c.req.valid("json");
    await signingKeys.rotate({ revoke }, async (kid) => [
      await c.get("audit").prepare({
        action: "signing_key.rotated",
        target: { kind: "signing_key", id: kid },
        detail: { revoke },
      }),
    ]);
    return c.json({ items: await signingKeys.list() }, 200);
  },
);
