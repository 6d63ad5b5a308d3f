import type { AuditEvent, Checkpoint } from "../contract/audit.ts";
import { type Leaf, parseLeaf } from "./leaf.ts";
import { mergePersonal } from "./personal.ts";

/** A checkpoint as an export ends with it: only what is signed. */
export type ExportedCheckpoint = Pick<Checkpoint, "size" | "root_hash" | "note">;

/** A line of an export, for the one who reads it. */
export interface ExportedEvent {
  sequence: number;
  /** The text that was hashed. */
  leaf: string;
  /** The plaintexts of the leaf's sealed parts; null where the key is destroyed. */
  opened: (string | null)[];
  event: AuditEvent;
}

/** An event as it is shown. */
export function toAuditEvent(sequence: number, leaf: Leaf, opened: readonly (string | null)[]): AuditEvent {
  return {
    id: leaf.id,
    sequence,
    time: leaf.time,
    action: leaf.action,
    result: leaf.result,
    actor: leaf.actor,
    target: leaf.target,
    request_id: leaf.request_id,
    detail: leaf.detail,
    personal: mergePersonal(opened),
    erased: opened.includes(null),
  };
}

/**
 * The one line that an event is exported as. A verifier builds it again from sequence, leaf and plaintexts, so that
 * no character of it can be changed unnoticed.
 */
export function eventLine(
  sequence: number,
  leaf: string,
  opened: (string | null)[],
  parsed: Leaf = parseLeaf(leaf),
): string {
  const line: ExportedEvent = { sequence, leaf, opened, event: toAuditEvent(sequence, parsed, opened) };
  return JSON.stringify(line);
}

export function checkpointLine({ size, root_hash, note }: ExportedCheckpoint): string {
  return JSON.stringify({ checkpoint: { size, root_hash, note } });
}
