import { z } from "zod";
import { PageRequest, pageOf } from "./pagination.ts";

export const AUDIT_ACTIONS = [
  "setup.completed",
  "setup.recovered",
  "session.began",
  "session.refused",
  "session.refreshed",
  "session.replayed",
  "session.ended",
  "password.changed",
  "passkey.added",
  "passkey.removed",
  "link.created",
  "access.refused",
  "rate_limit.exceeded",
  "user.created",
  "user.changed",
  "user.deleted",
  "user.erased",
  "group.created",
  "group.deleted",
  "group.member_added",
  "group.member_removed",
  "grant.set",
  "grant.removed",
  "key.created",
  "key.rotated",
  "key.revoked",
  "signing_key.rotated",
  "settings.changed",
  "collection.created",
  "collection.changed",
  "collection.deleted",
  "document.read",
  "document.written",
  "document.changed",
  "document.deleted",
  "document.quarantined",
  "question.asked",
  "audit.exported",
  "backup.created",
  "backup.restored",
] as const;
export const AuditAction = z.enum(AUDIT_ACTIONS).meta({ id: "AuditAction" });
export type AuditAction = z.infer<typeof AuditAction>;

const Target = z.object({
  kind: z.enum([
    "user",
    "session",
    "key",
    "group",
    "collection",
    "document",
    "query",
    "settings",
    "signing_key",
    "route",
    "audit",
    "backup",
  ]),
  id: z.string(),
});

/** One security-relevant act. What is personal in it is absent once the person was erased. */
export const AuditEvent = z
  .object({
    id: z.string().meta({ example: "evt_01k9t3v6m2c8q4r5x7y1z0w9hb" }),
    sequence: z.int().describe("Its place in the log, from 0"),
    time: z.iso.datetime(),
    action: AuditAction,
    result: z.enum(["success", "refused", "failed"]),
    actor: z.object({
      kind: z.enum(["user", "key", "anonymous", "system"]),
      id: z.string().nullable(),
      user_id: z.string().nullable(),
    }),
    target: Target.nullable(),
    request_id: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).describe("Facts of the act that are nobody's personal data"),
    personal: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("Address, user agent, names; null when there is none or it was erased"),
    erased: z.boolean(),
  })
  .meta({ id: "AuditEvent" });
export type AuditEvent = z.infer<typeof AuditEvent>;
export const AuditPage = pageOf(AuditEvent).meta({ id: "AuditPage" });

export const AuditQuery = PageRequest.extend({
  action: AuditAction.optional(),
  actor: z.string().max(100).optional().describe("A user's or a key's id"),
  target: z.string().max(200).optional().describe("The id of what was acted on"),
  result: z.enum(["success", "refused", "failed"]).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** A signed note (C2SP tlog-checkpoint) that commits to the first `size` events. */
export const Checkpoint = z
  .object({ size: z.int(), root_hash: z.string(), note: z.string(), signed_at: z.iso.datetime() })
  .meta({ id: "Checkpoint" });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** That an event stands in the log at a checkpoint (RFC 6962 §2.1.1). Hashes in base64. */
export const AuditProof = z
  .object({
    event_id: z.string(),
    leaf_index: z.int(),
    leaf: z.string().describe("The leaf as it was hashed, in base64"),
    leaf_hash: z.string(),
    path: z.array(z.string()),
    checkpoint: Checkpoint,
  })
  .meta({ id: "AuditProof" });
export type AuditProof = z.infer<typeof AuditProof>;

/** What the log is signed with: the verifier key in the form of C2SP signed notes. */
export const AuditKey = z.object({ origin: z.string(), verifier_key: z.string() }).meta({ id: "AuditKey" });
