import type { Scope } from "../contract/access.ts";
import { SCOPES } from "../contract/access.ts";
import { hasRole, type Principal } from "./principal.ts";
import { ROUTE_POLICIES, type RoutePolicy } from "./route-policy.ts";

const POLICIES: RoutePolicy[] = Object.values(ROUTE_POLICIES);

/** What a credential is good for: the scopes of the routes that its role opens, and of a key only those it was made for. */
export function scopesOf({ kind, role, scopes }: Principal): Scope[] {
  if (kind === "anonymous") return [];
  return SCOPES.filter(
    (scope) =>
      (scopes === null || scopes.has(scope)) &&
      POLICIES.some((policy) => policy.scope === scope && opens(role, policy.role)),
  );
}

const opens = (role: Principal["role"], needed: RoutePolicy["role"]): boolean =>
  needed === "public" || needed === "open" || hasRole(role, needed);
