import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Locally the service answers under local names only, and those that ALLOWED_HOSTS lists: a page whose name was
 * made to point at this machine (DNS rebinding) would otherwise be of one origin with it. Deployed, the platform
 * routes by name already. The `Host` header is looked at besides the address, since local servers let a header of
 * the request replace the latter.
 *
 * @throws AppError `host_not_allowed`
 */
export const knownHost = createMiddleware<AppEnv>(async (c, next) => {
  const { ENVIRONMENT, ALLOWED_HOSTS } = c.get("services").settings;
  if (ENVIRONMENT === "development") {
    const { hostname, host } = new URL(c.req.url);
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
