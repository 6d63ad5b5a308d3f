import type { AuditEvent } from "../contract/audit.ts";
import type { AuditTrail, EventDraft, PreparedEvent } from "./event.ts";
import { encodeLeaf } from "./leaf.ts";
import { type SealedPart, sealPersonal } from "./personal.ts";
import { daySubject, type SubjectKeys } from "./subject.ts";

export interface TrailPorts {
  keys: SubjectKeys;
  /** Writes events that belong to no other write. */
  write(events: PreparedEvent[]): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  newId(now: number): string;
  request: AuditedRequest;
}

/** What is known of the request whose acts are audited; all null for the service's own. */
export interface AuditedRequest {
  requestId: string | null;
  /** An id that the caller chose: it may be anything, and is sealed. */
  givenRequestId: string | null;
  /** The network address. */
  address: string | null;
  userAgent: string | null;
  actor(): AuditEvent["actor"];
}

/** Leaves have a largest size: what is longer than this is left out of them, and they say so. */
const MAX_DETAIL_BYTES = 16 * 1024;
const MAX_PERSONAL_BYTES = 8 * 1024;
const MAX_USER_AGENT = 512;

/** The audit trail of one request. */
export function auditTrail(ports: TrailPorts): AuditTrail {
  const prepare = async (draft: EventDraft): Promise<PreparedEvent> => {
    const now = ports.now();
    const id = ports.newId(now);
    const actor = draft.actor ?? ports.request.actor();
    const leaf = encodeLeaf({
      id,
      time: new Date(now).toISOString(),
      action: draft.action,
      result: draft.result ?? "success",
      actor,
      target: draft.target ?? null,
      request_id: ports.request.requestId,
      detail: bounded(draft.detail ?? {}, MAX_DETAIL_BYTES),
      sealed: await sealedParts(ports, draft, actor.user_id ?? accountOf(draft) ?? daySubject(now)),
    });
    return { id, leaf, createdAt: now };
  };
  return { prepare, record: async (draft) => ports.write([await prepare(draft)]) };
}

/** Whoever tries to get into an account may be its owner: what is known of him then is erased with the account. */
const accountOf = ({ target }: EventDraft): string | null => (target?.kind === "user" ? target.id : null);

/** What the draft tells of its subject and what the request tells of its sender: theirs may be two keys. */
async function sealedParts(
  { keys, request }: TrailPorts,
  draft: EventDraft,
  sender: string,
): Promise<SealedPart[]> {
  const ofSubject = draft.personal ?? {};
  const ofSender = {
    ...(request.address === null ? {} : { address: request.address }),
    ...(request.givenRequestId === null ? {} : { request_id: request.givenRequestId }),
    ...(request.userAgent === null ? {} : { user_agent: request.userAgent.slice(0, MAX_USER_AGENT) }),
  };
  const subject = draft.subject ?? sender;
  const parts =
    subject === sender
      ? [{ subject, personal: { ...ofSubject, ...ofSender } }]
      : [
          { subject, personal: ofSubject },
          { subject: sender, personal: ofSender },
        ];
  const sealed: SealedPart[] = [];
  for (const part of parts) {
    if (Object.keys(part.personal).length === 0) continue;
    const key = await keys.keyFor(part.subject);
    if (key === null) continue;
    sealed.push(sealPersonal(key, part.subject, bounded(part.personal, MAX_PERSONAL_BYTES)));
  }
  return sealed;
}

function bounded(record: Record<string, unknown>, maxBytes: number): Record<string, unknown> {
  const bytes = Buffer.byteLength(JSON.stringify(record));
  return bytes <= maxBytes ? record : { omitted_bytes: bytes };
}
