import type { OpenAPIHono } from "@hono/zod-openapi";
import { ROUTE_POLICIES, type RoutePolicy } from "../identity/route-policy.ts";

interface Operation {
  security?: Record<string, string[]>[];
  "x-required-role"?: string;
  "x-required-scope"?: string;
}

type Description = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const SCHEMES = {
  key: {
    type: "http",
    scheme: "bearer",
    description: "An API key (`alm_…`), or an access token of a sign-in",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "almanac_access",
    description: "The cookie of a sign-in; over https its name begins with `__Host-`",
  },
} as const;

/** Says of each operation what it asks of its callers, from the table that the middleware goes by. */
export function describeSecurity(document: Description): Description {
  for (const [route, policy] of Object.entries<RoutePolicy>(ROUTE_POLICIES)) {
    const [method = "", path = ""] = route.split(" ");
    const operation = document.paths?.[path]?.[method.toLowerCase() as "get"];
    if (operation !== undefined) Object.assign(operation, securityOf(policy));
  }
  return { ...document, components: { ...document.components, securitySchemes: SCHEMES } };
}

function securityOf({ role, scope, sessionOnly }: RoutePolicy): Operation {
  if (role === "public") return { security: [] };
  const scopes = scope === undefined ? [] : [scope];
  return {
    security: [...(role === "open" ? [{}] : []), ...(sessionOnly ? [] : [{ key: scopes }]), { session: [] }],
    ...(role === "open" ? {} : { "x-required-role": role }),
    ...(scope === undefined ? {} : { "x-required-scope": scope }),
  };
}
