import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { AppError } from "../errors.ts";
import { policyOf, type RoutePolicy } from "../identity/route-policy.ts";
import type { AppEnv } from "./context.ts";

/** For addresses at which there is nothing: whoever asks is told so, within the limits of those who are not signed in. */
const NOTHING_THERE: RoutePolicy = { role: "public" };

/** Looks up what the route asks of its callers. A route that the table does not know does not answer. */
export const routePolicy = createMiddleware<AppEnv>(async (c, next) => {
  const route = matchedRoutes(c).findLast(({ path }) => path !== "*" && path !== "/*");
  const policy = route === undefined ? NOTHING_THERE : policyOf(c.req.method, route.path);
  if (policy === null) {
    throw new AppError("internal_error", { detail: "The route has no policy, so that nobody may use it." });
  }
  c.set("policy", policy);
  await next();
});
