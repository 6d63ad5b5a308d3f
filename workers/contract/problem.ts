import { z } from "zod";

/** Every error that the API gives (RFC 9457, `application/problem+json`). `code` is stable; `detail` is for people. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe("Where the request does not fit, for `validation_failed`"),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
