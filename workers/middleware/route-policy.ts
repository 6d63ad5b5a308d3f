import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { EventDraft } from "../audit/event.ts";
import { AppError } from "../errors.ts";
import { policyOf, type RoutePolicy } from "../identity/route-policy.ts";
import type { AppEnv } from "./context.ts";

/** For addresses at which there is nothing: whoever asks is told so, within the limits of those who are not signed in. */
const NOTHING_THERE: RoutePolicy = { role: "public" };

/** Looks up what the route asks of its callers. A route that the table does not know does not answer. */
export const routePolicy = createMiddleware<AppEnv>(async (c, next) => {
  const path = matchedPath(c);
  const policy = path === undefined ? NOTHING_THERE : policyOf(methodOf(c), path);
  if (policy === null) {
    throw new AppError("internal_error", { detail: "The route has no policy, so that nobody may use it." });
  }
  c.set("policy", policy);
  await next();
});

/** HEAD is answered by the route of GET, without the body. */
const methodOf = (c: Context<AppEnv>): string => (c.req.method === "HEAD" ? "GET" : c.req.method);

const MAX_PATH = 500;

/**
 * What an event about the request itself says of it. The route is named as it was declared: what callers write into
 * its path may be personal, and only the sealed part of an event can be erased.
 */
export const auditedRoute = (c: Context<AppEnv>): Pick<EventDraft, "target" | "personal"> => ({
  target: { kind: "route", id: `${c.req.method} ${matchedPath(c)?.replace(/:(\w+)/g, "{$1}") ?? "*"}` },
  personal: { path: c.req.path.slice(0, MAX_PATH) },
});

/** The path of the route as it was declared; none where nothing is. */
const matchedPath = (c: Context<AppEnv>): string | undefined =>
  matchedRoutes(c).findLast(({ path }) => path !== "*" && path !== "/*")?.path;
