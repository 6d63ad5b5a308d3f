import type { AuditAction, AuditEvent } from "../contract/audit.ts";
import type { SealedPart } from "./personal.ts";
import { MAX_LEAF_BYTES } from "./tile-layout.ts";

const VERSION = 1;

/** What the log keeps of an event, and its tree commits to. */
export interface Leaf {
  id: string;
  time: string;
  action: AuditAction;
  result: AuditEvent["result"];
  actor: AuditEvent["actor"];
  target: AuditEvent["target"];
  request_id: string | null;
  detail: Record<string, unknown>;
  /** Personal data, each part encrypted with the key of the one whose it is. */
  sealed: SealedPart[];
}

/**
 * The text that is hashed: JSON with its members in this order.
 *
 * @throws RangeError when it is longer than an entry of a log may be
 */
export function encodeLeaf(leaf: Leaf): string {
  const { id, time, action, result, actor, target, request_id, detail, sealed } = leaf;
  const text = JSON.stringify({
    v: VERSION,
    id,
    time,
    action,
    result,
    actor: { kind: actor.kind, id: actor.id, user_id: actor.user_id },
    target: target === null ? null : { kind: target.kind, id: target.id },
    request_id,
    detail,
    sealed: sealed.map(({ subject, commitment, data }) => ({ subject, commitment, data })),
  });
  if (Buffer.byteLength(text) > MAX_LEAF_BYTES) {
    throw new RangeError(
      `The event ${action} is longer than the ${MAX_LEAF_BYTES} bytes that the log takes.`,
    );
  }
  return text;
}

/** @throws SyntaxError when the text is no leaf of a version known here */
export function parseLeaf(text: string): Leaf {
  const value: unknown = JSON.parse(text);
  if (!isLeaf(value)) throw new SyntaxError("The text is no leaf of the audit log.");
  return value;
}

function isLeaf(value: unknown): value is Leaf & { v: number } {
  if (!isObject(value)) return false;
  const { v, id, time, action, result, actor, target, detail, sealed } = value;
  return (
    v === VERSION &&
    [id, time, action, result].every((member) => typeof member === "string") &&
    !Number.isNaN(Date.parse(String(time))) &&
    isObject(actor) &&
    (target === null || isObject(target)) &&
    isObject(detail) &&
    Array.isArray(sealed)
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
