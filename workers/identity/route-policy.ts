import type { Role, Scope } from "../contract/access.ts";

/** What a route asks of those who call it. The middleware, the API description and the tests are made from this. */
export interface RoutePolicy {
  /**
   * The role that is needed. `public` routes look at no credential; `open` ones answer those who are not signed in
   * as well, with what is public.
   */
  role: Role | "public" | "open";
  /** What a key must be made for. Without one, keys get in with their owner's role. */
  scope?: Scope;
  /** Acts on a person's own account: a key is not enough. */
  sessionOnly?: true;
  /** Which limit counts; `sign_in` is kept by an exact log, and refuses when it cannot be asked. */
  limit?: "sign_in";
  /** Refused when the rate limiter cannot be asked, instead of falling back to a local limit. */
  failClosed?: true;
  /** A read although its method is POST: recent knowledge of rights (up to 5 s old) is enough. */
  reads?: true;
}

const account = { role: "read", sessionOnly: true } as const;
const signIn = { role: "public", limit: "sign_in", failClosed: true } as const;
const users = { role: "admin", scope: "users:manage", failClosed: true } as const;
const ownKeys = { role: "read", scope: "keys:manage", failClosed: true } as const;
const settings = { role: "admin", scope: "settings:manage", failClosed: true } as const;
const audit = { role: "admin", scope: "audit:read", failClosed: true } as const;
const readDocuments = { role: "open", scope: "documents:read" } as const;
const writeDocuments = { role: "write", scope: "documents:write" } as const;
const manageAccess = { role: "write", scope: "collections:write" } as const;
const ask = { role: "open", scope: "ask", reads: true } as const;
const history = { role: "read", scope: "history:read" } as const;
const readMetrics = { role: "read", scope: "metrics:read", reads: true } as const;
const writeMetrics = { role: "write", scope: "metrics:write" } as const;
const system = { role: "admin", scope: "system:read" } as const;

/** Every route of the API, by method and path. What is not here does not answer. */
export const ROUTE_POLICIES = {
  "GET /health": { role: "public" },
  "GET /health/live": { role: "public" },
  "GET /health/ready": { role: "public" },
  "GET /health/detailed": system,
  "GET /health/system": system,
  "GET /openapi.json": { role: "public" },
  "GET /docs": { role: "public" },
  "GET /.well-known/jwks.json": { role: "public" },

  "POST /api/v1/setup": signIn,
  "POST /api/v1/auth/sign-in": signIn,
  "POST /api/v1/auth/link": signIn,
  "POST /api/v1/auth/passkey/options": signIn,
  "POST /api/v1/auth/passkey": signIn,
  "POST /api/v1/auth/refresh": { role: "public", failClosed: true },
  "POST /api/v1/auth/sign-out": { role: "public" },
  "GET /api/v1/auth/me": { role: "open" },
  "POST /api/v1/auth/tickets": { role: "read" },
  "PUT /api/v1/auth/password": { ...account, limit: "sign_in", failClosed: true },
  "GET /api/v1/auth/sessions": account,
  "PATCH /api/v1/auth/sessions/{id}": account,
  "DELETE /api/v1/auth/sessions/{id}": account,
  "DELETE /api/v1/auth/sessions": account,
  "GET /api/v1/auth/passkeys": account,
  "POST /api/v1/auth/passkeys/options": { ...account, failClosed: true },
  "POST /api/v1/auth/passkeys": { ...account, failClosed: true },
  "DELETE /api/v1/auth/passkeys/{id}": account,

  "GET /api/v1/users": users,
  "POST /api/v1/users": users,
  "GET /api/v1/users/{id}": users,
  "PATCH /api/v1/users/{id}": users,
  "DELETE /api/v1/users/{id}": users,
  "POST /api/v1/users/{id}/link": users,
  "GET /api/v1/users/{id}/sessions": users,
  "DELETE /api/v1/users/{id}/sessions": users,
  "GET /api/v1/groups": users,
  "POST /api/v1/groups": users,
  "DELETE /api/v1/groups/{id}": users,
  "GET /api/v1/groups/{id}/members": users,
  "PUT /api/v1/groups/{id}/members/{user_id}": users,
  "DELETE /api/v1/groups/{id}/members/{user_id}": users,

  "GET /api/v1/keys": ownKeys,
  "POST /api/v1/keys": ownKeys,
  "GET /api/v1/keys/{id}": ownKeys,
  "DELETE /api/v1/keys/{id}": ownKeys,
  "POST /api/v1/keys/{id}/rotate": ownKeys,

  "GET /api/v1/settings": settings,
  "PATCH /api/v1/settings": settings,
  "GET /api/v1/signing-keys": { role: "super_admin", scope: "settings:manage", failClosed: true },
  "POST /api/v1/signing-keys/rotate": { role: "super_admin", scope: "settings:manage", failClosed: true },

  "GET /api/v1/audit": audit,
  "GET /api/v1/audit/export": audit,
  "GET /api/v1/audit/checkpoint": audit,
  "GET /api/v1/audit/key": audit,
  "GET /api/v1/audit/proof/{id}": audit,

  "GET /api/v1/collections": readDocuments,
  "POST /api/v1/collections": manageAccess,
  "GET /api/v1/collections/{name}": readDocuments,
  "PATCH /api/v1/collections/{name}": manageAccess,
  "DELETE /api/v1/collections/{name}": manageAccess,
  "GET /api/v1/collections/{name}/grants": manageAccess,
  "PUT /api/v1/collections/{name}/grants/{kind}/{id}": manageAccess,
  "DELETE /api/v1/collections/{name}/grants/{kind}/{id}": manageAccess,

  "GET /api/v1/documents": readDocuments,
  "POST /api/v1/documents": writeDocuments,
  "POST /api/v1/documents/text": writeDocuments,
  "POST /api/v1/documents/bulk": writeDocuments,
  "GET /api/v1/documents/{id}": readDocuments,
  "PATCH /api/v1/documents/{id}": writeDocuments,
  "DELETE /api/v1/documents/{id}": writeDocuments,
  "GET /api/v1/documents/{id}/versions": readDocuments,
  "GET /api/v1/documents/{id}/text": readDocuments,
  "GET /api/v1/documents/{id}/chunks": readDocuments,
  "GET /api/v1/documents/{id}/content": readDocuments,
  "POST /api/v1/documents/{id}/reindex": writeDocuments,
  "GET /api/v1/documents/{id}/grants": manageAccess,
  "PUT /api/v1/documents/{id}/grants/{kind}/{subject_id}": manageAccess,
  "DELETE /api/v1/documents/{id}/grants/{kind}/{subject_id}": manageAccess,

  "GET /api/v1/ingestion/jobs": readDocuments,
  "GET /api/v1/ingestion/jobs/{id}": readDocuments,
  "GET /api/v1/ingestion/dead-letters": readDocuments,
  "POST /api/v1/ingestion/jobs/{id}/replay": writeDocuments,

  "POST /api/v1/search": ask,
  "POST /api/v1/query": ask,
  "GET /api/v1/queries": history,
  "GET /api/v1/queries/{id}": history,
  "POST /api/v1/queries/{id}/feedback": { role: "read", scope: "ask" },

  "GET /metrics": readMetrics,
  "POST /api/v1/metrics/ingest": writeMetrics,
  "POST /api/v1/metrics/batch": writeMetrics,
  "POST /api/v1/metrics/import": writeMetrics,
  "GET /api/v1/metrics/latest/{name}": readMetrics,
  "GET /api/v1/metrics/names": readMetrics,
  "GET /api/v1/metrics/stats/{name}": readMetrics,
  "POST /api/v1/metrics/query": readMetrics,
  "GET /api/v1/metrics/query/range": readMetrics,
  "GET /api/v1/metrics/query/instant": readMetrics,
  "GET /api/v1/metrics/aggregated": readMetrics,
  "GET /ws/metrics": readMetrics,

  "POST /prometheus/api/v1/write": writeMetrics,
  "POST /prometheus/api/v1/otlp/v1/metrics": writeMetrics,
  "GET /prometheus/api/v1/query": readMetrics,
  "POST /prometheus/api/v1/query": readMetrics,
  "GET /prometheus/api/v1/query_range": readMetrics,
  "POST /prometheus/api/v1/query_range": readMetrics,
  "GET /prometheus/api/v1/query_exemplars": readMetrics,
  "POST /prometheus/api/v1/query_exemplars": readMetrics,
  "GET /prometheus/api/v1/labels": readMetrics,
  "POST /prometheus/api/v1/labels": readMetrics,
  "GET /prometheus/api/v1/label/{name}/values": readMetrics,
  "GET /prometheus/api/v1/series": readMetrics,
  "POST /prometheus/api/v1/series": readMetrics,
  "GET /prometheus/api/v1/metadata": readMetrics,
  "GET /prometheus/api/v1/rules": readMetrics,
  "GET /prometheus/api/v1/alerts": readMetrics,
  "GET /prometheus/api/v1/targets": readMetrics,
  "GET /prometheus/api/v1/status/buildinfo": readMetrics,
  "GET /prometheus/api/v1/status/runtimeinfo": readMetrics,
  "GET /prometheus/api/v1/format_query": readMetrics,
  "POST /prometheus/api/v1/format_query": readMetrics,
  "GET /prometheus/api/v1/parse_query": readMetrics,
  "POST /prometheus/api/v1/parse_query": readMetrics,
} as const satisfies Record<string, RoutePolicy>;

/** The policy of a route, or null where there is none. @param path as OpenAPI writes it, or as Hono does */
export function policyOf(method: string, path: string): RoutePolicy | null {
  const key = `${method} ${path.replace(/:(\w+)/g, "{$1}")}`;
  return (ROUTE_POLICIES as Record<string, RoutePolicy>)[key] ?? null;
}
