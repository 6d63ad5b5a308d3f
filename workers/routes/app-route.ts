import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { Problem } from "../contract/problem.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../middleware/context.ts";

/** A router whose schemas validate and document at once; what does not fit becomes `validation_failed`. */
export const newRouter = () =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue) => ({
        path: [PLACE[result.target] ?? result.target, ...issue.path.map(String)].join("."),
        message: issue.message,
      }));
      const [first] = errors;
      throw new AppError("validation_failed", {
        detail:
          first === undefined ? "The request does not fit the schema." : `${first.path}: ${first.message}`,
        extensions: { errors },
      });
    },
  });

const PLACE: Record<string, string> = { json: "body", query: "query", param: "path", header: "header" };

/** The reply that a route gives, for its schema. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** Error replies by status, for a route's schema. */
export function problems(...statuses: number[]): RouteConfig["responses"] {
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: DESCRIPTION[status] ?? "Error",
        content: { "application/problem+json": { schema: Problem } },
      },
    ]),
  );
}

const DESCRIPTION: Record<number, string> = {
  400: "The request cannot be read",
  403: "Not allowed",
  404: "Not found",
  409: "The request does not fit the state of things",
  410: "Gone",
  413: "Too large",
  415: "Not a media type that is taken here",
  416: "The range lies outside the content",
  422: "The request does not fit the schema",
  503: "A part that is needed does not answer",
};

export const jsonRequest = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** A POST that creates may be repeated safely with the same key. */
export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .max(255)
    .optional()
    .describe("Repeats with the same key within a day get the first reply"),
});
