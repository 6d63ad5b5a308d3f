import { HASH_BYTES } from "./merkle.ts";
import { type NoteSigner, openNote } from "./signed-note.ts";

/** What the log is called in its checkpoints, and its key. */
export const ORIGIN = "almanac/audit";

/** What a checkpoint says: the root over the first `size` events. */
export interface TreeHead {
  size: number;
  root: Uint8Array;
}

/** A signed note that commits to the head of a tree, by C2SP tlog-checkpoint. */
export function signCheckpoint(signer: NoteSigner, { size, root }: TreeHead): Promise<string> {
  return signer.sign(`${ORIGIN}\n${size}\n${Buffer.from(root).toString("base64")}\n`);
}

/** What a checkpoint says; null when it is not ours or the key has not signed it. */
export async function openCheckpoint(note: string, verifierKey: string): Promise<TreeHead | null> {
  const text = await openNote(note, verifierKey);
  return text === null ? null : readTreeHead(text);
}

function readTreeHead(text: string): TreeHead | null {
  const [origin, size = "", encoded = ""] = text.split("\n");
  const root = Buffer.from(encoded, "base64");
  const wellFormed = /^(?:0|[1-9]\d{0,14})$/.test(size) && root.toString("base64") === encoded;
  if (origin !== ORIGIN || !wellFormed || root.byteLength !== HASH_BYTES) return null;
  return { size: Number(size), root };
}
