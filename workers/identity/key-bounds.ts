import { ROLES, type Role, SCOPES, type Scope } from "../contract/access.ts";
import { AppError } from "../errors.ts";
import { hasRole, type Principal } from "./principal.ts";
import { ROUTE_POLICIES, type RoutePolicy } from "./route-policy.ts";

/** What a key allows. */
export interface KeyBounds {
  scopes: readonly Scope[];
  /** Ids of the collections that it is restricted to; null when it is not. */
  collections: readonly string[] | null;
  /** Epoch milliseconds; null for never. */
  expiresAt: number | null;
}

/**
 * Keeps a key from making another one that allows more, or lasts longer, than it does itself.
 *
 * @throws AppError `permission_denied`
 */
export function assertWithin(own: KeyBounds, wanted: KeyBounds): void {
  const more = wanted.scopes.filter((scope) => !own.scopes.includes(scope));
  if (more.length > 0) {
    throw denied(`The key that asks does not have ${more.join(", ")} itself. Leave that out, or sign in.`);
  }
  if (own.collections !== null && !isWithin(wanted.collections, own.collections)) {
    throw denied(
      "The key that asks is restricted to some collections. Name collections that are among these, or sign in.",
    );
  }
  if (own.expiresAt !== null && (wanted.expiresAt ?? Number.POSITIVE_INFINITY) > own.expiresAt) {
    const end = new Date(own.expiresAt).toISOString();
    throw denied(`The key that asks expires on ${end}. Set \`expires_at\` to that or sooner, or sign in.`);
  }
}

/** @throws AppError `permission_denied` for scopes that the role can do nothing with: they would wake up with a promotion */
export function assertUsable(role: Role | null, scopes: readonly Scope[]): void {
  const idle = scopes.filter((scope) => !hasRole(role, leastRoleFor(scope)));
  if (idle.length > 0) throw denied(`Your role, ${role}, does not allow ${idle.join(", ")}. Leave that out.`);
}

/**
 * Keeps a key from opening an account that can do more than it can itself: whoever gets a link to one has all of its
 * role's rights.
 *
 * @throws AppError `permission_denied`
 */
export function assertMayOpen({ scopes, viewer }: Pick<Principal, "scopes" | "viewer">, role: Role): void {
  if (scopes === null) return;
  const more = SCOPES.filter((scope) => hasRole(role, leastRoleFor(scope)) && !scopes.has(scope));
  if (more.length > 0) {
    throw denied(
      `An account of role ${role} has ${more.join(", ")}, and the key does not. Sign in for this.`,
    );
  }
  if (viewer.within !== null) {
    throw denied(
      "The key that asks is restricted to some collections, and an account is not. Sign in for this.",
    );
  }
}

/** The least role that a route with this scope takes. */
export function leastRoleFor(scope: Scope): Role {
  const policies: RoutePolicy[] = Object.values(ROUTE_POLICIES);
  const ranks = policies
    .filter((policy) => policy.scope === scope)
    .map(({ role }) => (role === "public" || role === "open" ? 0 : ROLES.indexOf(role)));
  return ROLES[Math.min(...ranks)] ?? "super_admin";
}

const isWithin = (wanted: readonly string[] | null, own: readonly string[]): boolean =>
  wanted?.every((id) => own.includes(id)) ?? false;

const denied = (detail: string) => new AppError("permission_denied", { detail });
