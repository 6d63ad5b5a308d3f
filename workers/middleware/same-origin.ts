import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Browsers say from which page a request comes; one that changes something must come from ours, or from one that
 * the settings name. Other programs send no `Origin` and are not concerned.
 *
 * @throws AppError `origin_not_allowed`
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const origin = c.req.header("origin");
  const isOurs = origin === undefined || origin === new URL(c.req.url).origin;
  if (!isOurs && !READS.has(c.req.method) && !c.get("services").settings.CORS_ORIGINS.includes(origin)) {
    throw new AppError("origin_not_allowed", {
      detail: `Pages of ${origin} may not change anything here. Allowed ones are named in CORS_ORIGINS.`,
    });
  }
  await next();
});
