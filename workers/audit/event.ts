import type { AuditAction, AuditEvent } from "../contract/audit.ts";

/** What is to be said of an act; who did it, when, and from where is known already. */
export interface EventDraft {
  action: AuditAction;
  /** `success` when left out. */
  result?: AuditEvent["result"];
  target?: NonNullable<AuditEvent["target"]>;
  /** Facts that are nobody's personal data: ids, counts, levels. Never names, addresses or words of a question. */
  detail?: Record<string, unknown>;
  /** Names, addresses: encrypted for the subject, beside the network address and user agent of the request. */
  personal?: Record<string, unknown>;
  /** The user whose personal data it is; the actor when left out. */
  subject?: string;
  /** When the request's credential does not say who acted: a sign-in, a replayed token. */
  actor?: AuditEvent["actor"];
}

/** An event that is ready to be written in the batch of the act that it tells of. */
export interface PreparedEvent {
  id: string;
  /** The leaf of the log. */
  leaf: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** The audit trail of one request. */
export interface AuditTrail {
  prepare(draft: EventDraft): Promise<PreparedEvent>;
  /** For an act that writes nothing else. */
  record(draft: EventDraft): Promise<void>;
}
