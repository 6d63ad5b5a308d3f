/** The contract's parts for the pages of admins, apart from those that every page loads. */
import "./no-eval.ts";

export type * from "../../../workers/contract/audit.ts";
export { AUDIT_ACTIONS, AuditKey, AuditPage, AuditProof } from "../../../workers/contract/audit.ts";
export type * from "../../../workers/contract/settings.ts";
export { RuntimeSettings } from "../../../workers/contract/settings.ts";
