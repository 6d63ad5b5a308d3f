import { fromBase64, isSameBytes } from "./base64.ts";

const ED25519 = 1;
const KEY_ID_BYTES = 4;

/**
 * Whether a key has signed a note, by Ed25519, as C2SP signed-note lays it down.
 *
 * @param verifierKey `name+id+key`
 * @returns the note's text, or null when it is not signed so
 * @throws {DOMException} in browsers that do not know Ed25519
 */
export async function openNote(note: string, verifierKey: string): Promise<string | null> {
  const [, name = "", , encoded = ""] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey) ?? [];
  const key = fromBase64(encoded);
  const end = note.lastIndexOf("\n\n");
  if (key === null || key[0] !== ED25519 || end < 0) return null;
  const text = note.slice(0, end + 1);
  const id = await keyId(name, key);
  const verifier = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
  for (const line of note.slice(end + 2).split("\n")) {
    const [, signer, signed = ""] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const bytes = fromBase64(signed);
    if (signer !== name || bytes === null || !isSameBytes(bytes.slice(0, KEY_ID_BYTES), id)) continue;
    const signature = bytes.slice(KEY_ID_BYTES);
    const content = new TextEncoder().encode(text);
    return (await crypto.subtle.verify("Ed25519", verifier, signature, content)) ? text : null;
  }
  return null;
}

async function keyId(name: string, key: Uint8Array): Promise<Uint8Array> {
  const named = new TextEncoder().encode(`${name}\n`);
  const whole = new Uint8Array(named.length + key.length);
  whole.set(named);
  whole.set(key, named.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole)).slice(0, KEY_ID_BYTES);
}
