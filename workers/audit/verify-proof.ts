import type { AuditProof } from "../contract/audit.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { parseLeaf } from "./leaf.ts";
import { hashLeaf, verifyInclusion } from "./merkle.ts";

/** Whether a proof shows that its event stands in the log that signs with this key. */
export async function verifyProof(proof: AuditProof, verifierKey: string): Promise<boolean> {
  const head = await openCheckpoint(proof.checkpoint.note, verifierKey);
  if (head === null) return false;
  const leaf = Buffer.from(proof.leaf, "base64").toString();
  const path = proof.path.map((hash) => Buffer.from(hash, "base64"));
  return (
    parseLeaf(leaf).id === proof.event_id &&
    verifyInclusion(hashLeaf(leaf), proof.leaf_index, head.size, path, head.root)
  );
}
