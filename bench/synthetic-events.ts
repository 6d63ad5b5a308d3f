import { randomBytes } from "node:crypto";
import type { PreparedEvent } from "../workers/audit/event.ts";
import { encodeLeaf } from "../workers/audit/leaf.ts";
import { openParts, type SealedPart, sealPersonal } from "../workers/audit/personal.ts";

export interface SyntheticEvent {
  event: PreparedEvent;
  /** The plaintexts of its sealed parts. */
  opened: (string | null)[];
}

/** Endless events as sign-ins and reads make them. */
export function* syntheticEvents(): Generator<SyntheticEvent, never> {
  const key = randomBytes(32);
  const parts = Array.from({ length: 1_000 }, (_, i): [SealedPart, (string | null)[]] => {
    const subject = `usr_${i}`;
    const personal = { address: `203.0.113.${i % 256}`, user_agent: "Mozilla/5.0 (X11; Linux x86_64)" };
    const part = sealPersonal(key, subject, personal);
    return [part, openParts([part], new Map([[subject, key]]))];
  });
  const run = randomBytes(8).toString("hex");
  for (let i = 0; ; i += 1) {
    const [part, opened] = parts[i % parts.length] ?? [];
    if (part === undefined || opened === undefined) throw new RangeError("There are no people.");
    const id = `evt_${run}${String(i).padStart(10, "0")}`;
    const createdAt = Date.UTC(2026, 0, 1) + i * 20;
    const leaf = encodeLeaf({
      id,
      time: new Date(createdAt).toISOString(),
      action: "document.read",
      result: "success",
      actor: { kind: "user", id: part.subject, user_id: part.subject },
      target: { kind: "document", id: `doc_${i % 5_000}` },
      request_id: `req_${i}`,
      detail: { version: 1 },
      sealed: [part],
    });
    yield { event: { id, leaf, createdAt }, opened };
  }
}
