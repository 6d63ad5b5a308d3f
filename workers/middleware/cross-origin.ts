import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** What requests may carry beyond the headers that need no leave. */
const REQUEST_HEADERS = [
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "if-range",
  "last-event-id",
  "range",
  "x-request-id",
].join(", ");
/** What scripts of other origins may read of a reply. */
const REPLY_HEADERS = [
  "content-range",
  "etag",
  "idempotency-replayed",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "x-document-version",
  "x-request-id",
].join(", ");
/** How many seconds a browser may remember the reply to a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * Cross-origin requests (Fetch §3.3) for the origins that the settings list, with credentials; for no others. An
 * origin is compared as a whole and never answered with `*`, and `null` is nobody.
 *
 * @throws AppError `origin_not_allowed` to the preflight of an origin that is not listed
 */
export const crossOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const origin = c.req.header("origin");
  const isForeign = origin !== undefined && origin !== ownOrigin(c);
  const isListed = isForeign && (await isOurs(c, origin));
  if (isForeign && isPreflight(c)) {
    if (!isListed) throw originNotAllowed(origin);
    return c.body(null, 204, {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": METHODS,
      "access-control-allow-headers": REQUEST_HEADERS,
      "access-control-max-age": String(PREFLIGHT_SECONDS),
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
  }
  await next();
  const { headers } = c.res;
  headers.append("vary", "Origin");
  if (!isListed) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", REPLY_HEADERS);
});

/** Whether pages of the origin may use the service in their visitors' name: our own, and those of the settings. */
export async function isOurs(c: Context<AppEnv>, origin: string): Promise<boolean> {
  if (origin === "null") return false;
  if (origin === ownOrigin(c)) return true;
  const services = c.get("services");
  if (services.settings.CORS_ORIGINS.includes(origin)) return true;
  const { cors_origins } = await services.runtimeSettings();
  return cors_origins.includes(origin);
}

/**
 * A browser adds cookies to requests by itself. One that changes something must therefore say that it comes from a
 * page of ours: by its `Origin`, which `sameOrigin` has checked before, or by `Sec-Fetch-Site`.
 *
 * @throws AppError `origin_not_allowed`
 */
export function assertSameSite(c: Context<AppEnv>): void {
  if (READS.has(c.req.method)) return;
  const isChecked = c.req.header("origin") !== undefined;
  if (isChecked || c.req.header("sec-fetch-site") === "same-origin") return;
  throw new AppError("origin_not_allowed", {
    detail:
      "A cookie alone changes nothing: the request must carry `Origin` or `Sec-Fetch-Site: same-origin`, as " +
      "browsers send them. Other programs use an API key.",
  });
}

export const originNotAllowed = (origin: string) =>
  new AppError("origin_not_allowed", {
    detail: `Pages of ${origin} may not do this here. Allowed ones are named in CORS_ORIGINS and in the settings.`,
  });

const ownOrigin = (c: Context<AppEnv>): string => new URL(c.req.url).origin;

const isPreflight = (c: Context<AppEnv>): boolean =>
  c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
