import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import { hasRole } from "../identity/principal.ts";
import type { AppEnv } from "./context.ts";

/**
 * Lets through whom the route's policy lets through. What somebody may do with one collection or document is
 * decided where it is read.
 *
 * @throws AppError `credential_missing`, `permission_denied`, `scope_missing`, `session_required`
 */
export const authorize = createMiddleware<AppEnv>(async (c, next) => {
  assertAuthorized(c);
  await next();
});

/** Looks again whether the policy lets the one who asks through. @throws AppError as the middleware does */
export function assertAuthorized(c: Context<AppEnv>): void {
  const refusal = refusalOf(c);
  if (refusal !== null) throw refusal;
}

function refusalOf(c: Context<AppEnv>): AppError | null {
  const { role, scope, sessionOnly } = c.get("policy");
  const principal = c.get("principal");
  if (role === "public") return null;
  if (principal.kind === "anonymous") {
    if (role === "open") return null;
    return new AppError("credential_missing", {
      detail: "Sign in, or send an API key: `Authorization: Bearer …` (docs/users-and-access.md).",
    });
  }
  if (sessionOnly === true && principal.kind !== "user") {
    return new AppError("session_required", {
      detail: "A key cannot act on its owner's account. Sign in for this.",
    });
  }
  if (role !== "open" && !hasRole(principal.role, role)) {
    return new AppError("permission_denied", { detail: `This takes the role ${role} or more.` });
  }
  if (principal.scopes !== null && scope !== undefined && !principal.scopes.has(scope)) {
    return new AppError("scope_missing", { detail: `The key needs the scope ${scope}.` });
  }
  return null;
}
