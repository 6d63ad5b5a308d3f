import { createReadStream } from "node:fs";
import type { Verification } from "../workers/audit/verification.ts";
import { verifyExport } from "../workers/audit/verify.ts";
import { AuditKey } from "../workers/contract/audit.ts";
import { readPins, writePins } from "./audit-pins.ts";
import type { Client } from "./client.ts";

/** Where checkpoints that were verified are remembered. */
export const DEFAULT_PINS = ".almanac/audit-checkpoints.json";

/** An export to verify, and the key that the one who gave it says the log signs with; null when nobody said. */
export interface AuditSource {
  bytes: AsyncIterable<Uint8Array>;
  verifierKey: string | null;
}

export interface AuditReport extends Verification {
  verifierKey: string;
  /** Whether the key is another one than the one that was seen first. */
  keyChanged: boolean;
  holds: boolean;
}

/** An export that was saved. @param verifierKey the log's key; null when an earlier verification saw it */
export const savedExport = (path: string, verifierKey: string | null): AuditSource => ({
  bytes: createReadStream(path),
  verifierKey,
});

/** The export that a server gives now. */
export async function serverExport(client: Client): Promise<AuditSource> {
  const { verifier_key } = await client.send("GET", "/api/v1/audit/key", AuditKey);
  const { body } = await client.request("GET", "/api/v1/audit/export");
  if (body === null) throw new Error("The server sent no export.");
  return { bytes: body, verifierKey: verifier_key };
}

/**
 * Checks an export against the key and the checkpoints that earlier verifications saw, and remembers its checkpoint
 * if everything holds. The first verification trusts the key it is given; a later one notices another.
 */
export async function verifyAudit(source: AuditSource, pinsPath: string): Promise<AuditReport> {
  const pins = await readPins(pinsPath);
  const verifierKey = pins?.verifier_key ?? source.verifierKey;
  if (verifierKey === null) {
    throw new Error(
      "The log's key is not known yet: pass it with --verifier-key, or verify at the server first.",
    );
  }
  const known = pins?.checkpoints ?? [];
  const verification = await verifyExport(source.bytes, { verifierKey, pins: known });
  const keyChanged = source.verifierKey !== null && source.verifierKey !== verifierKey;
  const { checkpoint } = verification;
  const holds = verification.faults.length === 0 && !keyChanged;
  if (holds && checkpoint !== null && !known.some(({ size }) => size === checkpoint.size)) {
    await writePins(pinsPath, { verifier_key: verifierKey, checkpoints: [...known, checkpoint] });
  }
  return { ...verification, verifierKey, keyChanged, holds };
}

/** For people to read. */
export function formatAuditReport(report: AuditReport): string {
  const { events, root, pinsConfirmed, faults, keyChanged, holds, verifierKey } = report;
  if (holds) {
    const earlier = pinsConfirmed === 1 ? "1 earlier checkpoint" : `${pinsConfirmed} earlier checkpoints`;
    return `The audit log holds: ${events} events, root ${root}, ${earlier} confirmed.\nSigned by ${verifierKey}\n`;
  }
  const lines = faults.map(({ kind, message }) => `  ${kind}: ${message}`);
  if (keyChanged) lines.unshift("  other_key: The log is signed with another key than the one seen first.");
  return `The audit log does NOT hold (${events} events read):\n${lines.join("\n")}\n`;
}
