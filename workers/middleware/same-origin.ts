import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { isOurs, originNotAllowed } from "./cross-origin.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Browsers say from which page a request comes; one that changes something, or opens a WebSocket (which no CORS
 * guards), must come from ours, or from one that the settings name. Other programs send no `Origin` and are not
 * concerned.
 *
 * @throws AppError `origin_not_allowed`
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const origin = c.req.header("origin");
  if (origin !== undefined && !isPlainRead(c) && !(await isOurs(c, origin))) throw originNotAllowed(origin);
  await next();
});

const isPlainRead = (c: Context<AppEnv>): boolean =>
  READS.has(c.req.method) && c.req.header("upgrade")?.toLowerCase() !== "websocket";
