import { AuditKey, AuditPage, AuditProof } from "./admin-contract.ts";
import { queryString } from "./encode.ts";
import { fetchJson } from "./request.ts";

/** Which events to list; null where any will do. Times are ISO 8601: `from` is inclusive, `to` is not. */
export interface AuditFilter {
  readonly action: string | null;
  readonly actor: string | null;
  readonly target: string | null;
  readonly result: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly cursor: string | null;
}

/** Where the browser downloads the whole log from, for other systems and for checking it offline. */
export const AUDIT_EXPORT_URL = "/api/v1/audit/export";

export const listEvents = (filter: AuditFilter, signal: AbortSignal) =>
  fetchJson(AuditPage, `/api/v1/audit${queryString({ ...filter })}`, { signal });

export const fetchProof = (id: string, signal: AbortSignal) =>
  fetchJson(AuditProof, `/api/v1/audit/proof/${encodeURIComponent(id)}`, { signal });

/** What the log is signed with. */
export const fetchAuditKey = (signal: AbortSignal) => fetchJson(AuditKey, "/api/v1/audit/key", { signal });
