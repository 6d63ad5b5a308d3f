import { createRoute, z } from "@hono/zod-openapi";
import { json, newRouter } from "./app-route.ts";

const KeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("RSA"),
        use: z.literal("sig"),
        alg: z.literal("RS256"),
        kid: z.string(),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: "JsonWebKeySet" });

export const jwksRoutes = newRouter();

jwksRoutes.openapi(
  createRoute({
    method: "get",
    path: "/.well-known/jwks.json",
    tags: ["Sign-in"],
    summary: "The public keys of access tokens",
    description: "A JSON Web Key Set (RFC 7517). A new key stands here ten minutes before it signs.",
    responses: { 200: json(KeySet, "Keys that sign, will sign, or signed what may still be valid") },
  }),
  async (c) => {
    const keys = await c.get("services").signingKeys.publicKeys();
    return c.json({ keys }, 200, { "cache-control": "public, max-age=300" });
  },
);
