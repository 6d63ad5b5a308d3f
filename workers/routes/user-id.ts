import { z } from "@hono/zod-openapi";

/** The path parameter of routes on one user. */
export const ByUserId = z.object({
  id: z.string().max(100).meta({ example: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb" }),
});
