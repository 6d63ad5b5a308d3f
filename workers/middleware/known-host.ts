import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

/** What balancers ask, some of them inside the network and without TLS. */
const PROBES = new Set(["/health", "/health/live"]);
const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Locally the service answers under local names only, and those that ALLOWED_HOSTS lists: a page whose name was
 * made to point at this machine (DNS rebinding) would otherwise be of one origin with it. Deployed, the platform
 * routes by name already. The `Host` header is looked at besides the address, since local servers let a header of
 * the request replace the latter.
 *
 * Deployed, it answers over HTTPS only: a session's cookies would go without `Secure` over anything else.
 *
 * @throws AppError `host_not_allowed`, `https_required`
 */
export const knownHost = createMiddleware<AppEnv>(async (c, next) => {
  const { ENVIRONMENT, ALLOWED_HOSTS } = c.get("services").settings;
  const { hostname, host, protocol } = new URL(c.req.url);
  const isDeployed = ENVIRONMENT === "staging" || ENVIRONMENT === "production";
  if (isDeployed && protocol !== "https:" && !PROBES.has(c.req.path)) {
    throw new AppError("https_required", {
      detail:
        "Call it by https://. What was sent could be read on the way: replace the credential, if there was one.",
    });
  }
  if (ENVIRONMENT === "development") {
    for (const name of [hostname, hostnameOf(c.req.header("host") ?? host)]) {
      if (LOCAL.has(name) || ALLOWED_HOSTS.includes(name)) continue;
      throw new AppError("host_not_allowed", {
        detail: "Call it by localhost, or name the host in ALLOWED_HOSTS.",
      });
    }
  }
  await next();
});

/** A host without its port (RFC 9110 §7.2); the brackets of an IPv6 address stay. */
const hostnameOf = (host: string): string => host.toLowerCase().replace(/:\d*$/, "");
