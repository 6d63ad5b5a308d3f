import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { AppEnv } from "./context.ts";

/** One line a request, written when the reply begins. It names the route alone: what stands in a path may be personal. */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = performance.now();
  await next();
  c.get("log").info("request", {
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    duration_ms: Math.round((performance.now() - startedAt) * 100) / 100,
    request_id: c.get("requestId"),
  });
});
