import type { AuditProof } from "../../api/admin-contract.ts";
import { fromBase64, isSameBytes } from "./base64.ts";
import { hashLeaf, rootFromPath } from "./merkle-path.ts";
import { openNote } from "./signed-note.ts";

/** What this browser found out about a proof by its own reckoning; `unknown` where it lacks the means. */
export type ProofVerdict = "proven" | "refuted" | "unknown";

/** Whether a proof shows that its event stands in the log that signs with this key. */
export async function checkProof(proof: AuditProof, verifierKey: string): Promise<ProofVerdict> {
  try {
    return (await isProven(proof, verifierKey)) ? "proven" : "refuted";
  } catch (error) {
    // No Ed25519, or no cryptography at all on an address without TLS.
    if (error instanceof DOMException || error instanceof TypeError) return "unknown";
    throw error;
  }
}

async function isProven(proof: AuditProof, verifierKey: string): Promise<boolean> {
  const text = await openNote(proof.checkpoint.note, verifierKey);
  const [origin] = verifierKey.split("+");
  const head = text?.startsWith(`${origin}\n`) ? parseCheckpoint(text) : null;
  const leaf = fromBase64(proof.leaf);
  const path = proof.path.map(fromBase64);
  if (head === null || leaf === null || !path.every((hash) => hash !== null)) return false;
  if (idOf(leaf) !== proof.event_id) return false;
  const root = await rootFromPath(await hashLeaf(leaf), proof.leaf_index, head.size, path);
  return root !== null && isSameBytes(root, head.root);
}

/** C2SP tlog-checkpoint: the origin, the size and the root hash, a line each. */
function parseCheckpoint(text: string): { size: number; root: Uint8Array } | null {
  const [, size = "", encoded = ""] = text.split("\n");
  const root = fromBase64(encoded);
  return root !== null && /^\d+$/.test(size) ? { size: Number(size), root } : null;
}

function idOf(leaf: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(leaf));
    return typeof value === "object" && value !== null && "id" in value ? value.id : null;
  } catch {
    return null;
  }
}
