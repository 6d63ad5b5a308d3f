import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { AppEnv } from "./context.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts every request by its route as it was declared: what callers write into a path makes no series. */
export const telemetry = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = performance.now();
  await next();
  const route = routePath(c, -1);
  const { status } = c.res;
  const method = METHODS.has(c.req.method) ? c.req.method : "other";
  meter.count("http_requests_total", { method, route, status: String(status) });
  meter.observe("http_request_duration_seconds", { route }, (performance.now() - startedAt) / 1000);
  if (c.get("policy")?.limit === "sign_in") {
    meter.count("auth_attempts_total", { kind: "sign_in", outcome: status < 400 ? "accepted" : "refused" });
  }
  c.get("services").telemetry.flushSoon();
});
