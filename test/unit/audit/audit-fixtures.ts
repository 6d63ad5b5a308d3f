import { randomBytes } from "node:crypto";
import { ORIGIN, signCheckpoint } from "../../../workers/audit/checkpoint.ts";
import type { AuditTrail, PreparedEvent } from "../../../workers/audit/event.ts";
import { checkpointLine, type ExportedCheckpoint, eventLine } from "../../../workers/audit/export-line.ts";
import { parseLeaf } from "../../../workers/audit/leaf.ts";
import { CompactRange, hashLeaf } from "../../../workers/audit/merkle.ts";
import { openParts } from "../../../workers/audit/personal.ts";
import { type NoteSigner, noteSigner } from "../../../workers/audit/signed-note.ts";
import type { SubjectKeys } from "../../../workers/audit/subject.ts";
import { type AuditedRequest, auditTrail } from "../../../workers/audit/trail.ts";
import type { Fault } from "../../../workers/audit/verification.ts";
import { verifyExport } from "../../../workers/audit/verify.ts";

export const openSigner = (seed = 1): Promise<NoteSigner> =>
  noteSigner(ORIGIN, Buffer.alloc(32, seed).toString("base64url"));

/** Keys of subjects as the store keeps them: one that is destroyed never comes back. */
export function memoryKeys(): SubjectKeys & { destroy(subject: string): void; all: Map<string, Uint8Array> } {
  const keys = new Map<string, Uint8Array>();
  const destroyed = new Set<string>();
  return {
    all: keys,
    async keyFor(subject) {
      if (destroyed.has(subject)) return null;
      const key = keys.get(subject) ?? randomBytes(32);
      keys.set(subject, key);
      return key;
    },
    async living(subjects) {
      return new Map([...keys].filter(([subject]) => subjects.includes(subject)));
    },
    destroy(subject) {
      keys.delete(subject);
      destroyed.add(subject);
    },
  };
}

export const STARTED = Date.UTC(2026, 10, 21, 12);

let made = 0;

/** A trail whose events are a second apart, and where they are written. */
export function openTrail(keys: SubjectKeys, request: Partial<AuditedRequest> = {}) {
  const written: PreparedEvent[] = [];
  let now = STARTED;
  const trail: AuditTrail = auditTrail({
    keys,
    async write(events) {
      written.push(...events);
    },
    now: () => {
      now += 1000;
      return now;
    },
    newId: () => {
      made += 1;
      return `evt_${String(made).padStart(6, "0")}`;
    },
    request: {
      requestId: "req-1",
      givenRequestId: null,
      address: "203.0.113.7",
      userAgent: "a browser",
      actor: () => ({ kind: "user", id: "usr_ada", user_id: "usr_ada" }),
      ...request,
    },
  });
  return { trail, written };
}

/** Different acts, as many as asked for. */
export async function recordActs(trail: AuditTrail, count: number): Promise<void> {
  for (let act = 0; act < count; act += 1) {
    if (act % 3 === 0) await trail.record({ action: "session.began", detail: { method: "password" } });
    else if (act % 3 === 1) {
      await trail.record({
        action: "user.created",
        target: { kind: "user", id: `usr_${act}` },
        subject: `usr_${act}`,
        personal: { email: `number-${act}@example.org`, name: `Zoë ${act}` },
      });
    } else {
      await trail.record({
        action: "document.read",
        result: "refused",
        actor: { kind: "anonymous", id: null, user_id: null },
        target: { kind: "document", id: `doc_${act}` },
        detail: { level: "read" },
      });
    }
  }
}

export async function checkpointOf(
  leaves: readonly string[],
  signer: NoteSigner,
): Promise<ExportedCheckpoint> {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(hashLeaf(leaf));
  const root_hash = Buffer.from(range.root()).toString("base64");
  const note = await signCheckpoint(signer, { size: leaves.length, root: range.root() });
  return { size: leaves.length, root_hash, note };
}

/** The lines of an export, as the service writes them. */
export async function exportLines(
  events: readonly { leaf: string }[],
  keys: SubjectKeys,
  signer: NoteSigner,
  from = 0,
): Promise<string[]> {
  const lines: string[] = [];
  for (const [sequence, { leaf }] of events.entries()) {
    if (sequence < from) continue;
    const { sealed } = parseLeaf(leaf);
    const living = await keys.living(sealed.map(({ subject }) => subject));
    lines.push(eventLine(sequence, leaf, openParts(sealed, living)));
  }
  return [
    ...lines,
    checkpointLine(
      await checkpointOf(
        events.map(({ leaf }) => leaf),
        signer,
      ),
    ),
  ];
}

export const toText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

/** Verifies bytes that come in pieces of a size. */
export function verifyText(
  text: string | Uint8Array,
  verifierKey: string,
  pins: readonly ExportedCheckpoint[] = [],
  piece = 1000,
) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return verifyExport(pieces(), { verifierKey, pins });
}

export const kindsOf = ({ faults }: { faults: readonly Fault[] }) => [
  ...new Set(faults.map(({ kind }) => kind)),
];
