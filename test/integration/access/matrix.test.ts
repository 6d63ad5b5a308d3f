import { beforeEach, describe, expect, it } from "vitest";
import { ROLES, type Role, SCOPES, type Scope } from "../../../workers/contract/access.ts";
import { hasRole } from "../../../workers/identity/principal.ts";
import { ROUTE_POLICIES, type RoutePolicy } from "../../../workers/identity/route-policy.ts";
import { liftLimits, ok, request, requestAs, useFreshStores } from "../../support/api.ts";
import { addKey, addSession, addUser } from "../../support/credentials.ts";

useFreshStores();

const ROUTES = Object.entries<RoutePolicy>(ROUTE_POLICIES).map(([route, policy]) => {
  const [method = "", path = ""] = route.split(" ");
  return { route, method, path, policy };
});

/** Why the middleware turns a request away; what the handlers say is another matter. */
const REFUSALS = new Set([
  "credential_missing",
  "credential_invalid",
  "permission_denied",
  "scope_missing",
  "session_required",
]);

/** A request that reaches its handler wherever it is let in: to things that are not there, with an empty body. */
async function refusalOf(credential: string | null, method: string, path: string): Promise<string | null> {
  const address = path
    .replace("{name}", "nothing")
    .replace("{kind}", "user")
    .replace(/\{\w+\}/g, "nothing");
  const hasBody = method !== "GET" && method !== "DELETE";
  const reply = await requestAs(credential, address, {
    method,
    ...(hasBody ? { headers: { "content-type": "application/json" }, body: "{}" } : {}),
  });
  expect([429, 500, 503], `${method} ${path}`).not.toContain(reply.status);
  if (reply.ok) return null;
  const { code } = (await reply.json()) as { code: string };
  return REFUSALS.has(code) ? code : null;
}

/** By the table alone; that the handlers of `POST /api/v1/setup` and the like ask for more is tested with them. */
function expectedFor(policy: RoutePolicy, caller: { role: Role | null; isKey: boolean }): string | null {
  if (policy.role === "public") return null;
  if (caller.role === null) return policy.role === "open" ? null : "credential_missing";
  if (policy.sessionOnly === true && caller.isKey) return "session_required";
  return policy.role === "open" || hasRole(caller.role, policy.role) ? null : "permission_denied";
}

const CHECKS_A_TOKEN_ITSELF = new Set(["POST /api/v1/setup", "POST /api/v1/auth/refresh"]);
const guarded = ROUTES.filter(({ route }) => !CHECKS_A_TOKEN_ITSELF.has(route));

describe("the table of routes", () => {
  it("lets in nobody without a credential where one is needed", async () => {
    await liftLimits();
    for (const { route, method, path, policy } of guarded) {
      expect(await refusalOf(null, method, path), route).toBe(
        expectedFor(policy, { role: null, isKey: false }),
      );
    }
  });

  it.for(ROLES)("lets the role %s in by key where it may", async (role) => {
    const { key } = await addUser(role);
    for (const { route, method, path, policy } of guarded) {
      expect(await refusalOf(key, method, path), route).toBe(expectedFor(policy, { role, isKey: true }));
    }
  });

  it.for(ROLES)("lets the role %s in by session where it may", async (role) => {
    const { userId } = await addUser(role);
    for (const { route, method, path, policy } of guarded) {
      // Some routes end the session that calls them.
      const { token } = await addSession(userId, role);
      expect(await refusalOf(token, method, path), route).toBe(expectedFor(policy, { role, isKey: false }));
    }
  });
});

describe("the API's description", () => {
  it("has the routes of the table and no others, with what they ask for", async () => {
    const { paths } = await ok<{ paths: Record<string, Record<string, Operation>> }>(
      request("/openapi.json"),
    );
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
    const undescribed = ["GET /docs", "GET /openapi.json"];
    expect([...operations.map(([route]) => route), ...undescribed].sort()).toEqual(
      ROUTES.map(({ route }) => route).sort(),
    );
    for (const [route, operation] of operations) {
      const { role, scope, sessionOnly } = ROUTES.find((known) => known.route === route)?.policy ?? {};
      const needsNothing = role === "public";
      expect(operation.security?.length === 0, route).toBe(needsNothing);
      expect(operation["x-required-role"], route).toBe(needsNothing || role === "open" ? undefined : role);
      expect(operation["x-required-scope"], route).toBe(scope);
      const takesKeys = operation.security?.some((scheme) => "key" in scheme) ?? false;
      expect(takesKeys, route).toBe(!needsNothing && sessionOnly !== true);
    }
  });
});

interface Operation {
  security?: Record<string, string[]>[];
  "x-required-role"?: string;
  "x-required-scope"?: string;
}

describe("a key's scopes", () => {
  let userId = "";

  beforeEach(async () => {
    userId = (await addUser("super_admin")).userId;
  });

  it.for(SCOPES)("without %s open none of its routes", async (scope) => {
    const others = await addKey(
      userId,
      SCOPES.filter((other) => other !== scope),
    );
    for (const { route, method, path } of routesOf(scope)) {
      expect(await refusalOf(others, method, path), route).toBe("scope_missing");
    }
  });

  it.for(SCOPES)("of %s alone open its routes and no other's", async (scope) => {
    const only = await addKey(userId, [scope]);
    for (const { route, method, path, policy } of guarded) {
      const isSessionOnly = policy.sessionOnly === true;
      const isOthers = policy.role !== "public" && policy.scope !== undefined && policy.scope !== scope;
      const expected = isSessionOnly ? "session_required" : isOthers ? "scope_missing" : null;
      expect(await refusalOf(only, method, path), route).toBe(expected);
    }
  });
});

const routesOf = (scope: Scope) => guarded.filter(({ policy }) => policy.scope === scope);
