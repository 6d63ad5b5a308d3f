import { createHash } from "node:crypto";

/** Signed notes with Ed25519, as C2SP signed-note (v1.0.0) lays them down. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export interface NoteSigner {
  /** In the form `name+id+key` that verifiers are set up with. */
  verifierKey: string;
  /** @param text ends in a newline */
  sign(text: string): Promise<string>;
}

/** @param seed 32 bytes, in base64url */
export async function noteSigner(name: string, seed: string): Promise<NoteSigner> {
  const bytes = Buffer.from(seed, "base64url");
  if (bytes.byteLength !== SEED_BYTES) throw new RangeError("The seed of an Ed25519 key has 32 bytes.");
  const key = await crypto.subtle.importKey("pkcs8", Buffer.concat([PKCS8_PREFIX, bytes]), "Ed25519", true, [
    "sign",
  ]);
  const { x = "" } = (await crypto.subtle.exportKey("jwk", key)) as { x?: string };
  const publicKey = Buffer.concat([Buffer.of(ED25519), Buffer.from(x, "base64url")]);
  const id = keyId(name, publicKey);
  return {
    verifierKey: `${name}+${id.toString("hex")}+${publicKey.toString("base64")}`,
    async sign(text) {
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, Buffer.from(text)));
      return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString("base64")}\n`;
    },
  };
}

/** A verifier key, taken apart; null when it is none for Ed25519. */
export function parseVerifierKey(text: string): { name: string; id: Buffer; publicKey: Buffer } | null {
  const [, name = "", hexId = "", encoded = ""] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  const id = Buffer.from(hexId, "hex");
  if (bytes[0] !== ED25519 || bytes.byteLength !== 33 || !keyId(name, bytes).equals(id)) return null;
  return { name, id, publicKey: bytes.subarray(1) };
}

/**
 * The text of a note that the key has signed; null when it has not. Signatures by other keys are left alone.
 *
 * @param verifierKey as `NoteSigner.verifierKey`
 */
export async function openNote(note: string, verifierKey: string): Promise<string | null> {
  const key = parseVerifierKey(verifierKey);
  const end = note.lastIndexOf("\n\n");
  if (key === null || end < 0) return null;
  const text = note.slice(0, end + 1);
  const { name, id, publicKey } = key;
  const verifier = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  let verified = false;
  for (const line of signatureLines(note.slice(end + 2))) {
    const signature = readSignature(line);
    if (signature === null) return null;
    if (signature.name !== name || !signature.id.equals(id)) continue;
    const { bytes } = signature;
    const holds =
      bytes.byteLength === SIGNATURE_BYTES &&
      (await crypto.subtle.verify("Ed25519", verifier, bytes, Buffer.from(text)));
    if (!holds) return null;
    verified = true;
  }
  return verified ? text : null;
}

/** Each ends in a newline; what does not is left whole, and is none then. */
const signatureLines = (block: string): string[] => block.split(/(?<=\n)/);

function readSignature(line: string): { name: string; id: Buffer; bytes: Buffer } | null {
  const [, name, encoded = ""] = /^— (\S+) (\S+)\n$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  // Base64 has spare bits: only one way of writing them is taken, so that no two notes mean the same.
  if (name === undefined || bytes.toString("base64") !== encoded) return null;
  return { name, id: bytes.subarray(0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) };
}

function keyId(name: string, publicKey: Uint8Array): Buffer {
  return createHash("sha256").update(`${name}\n`).update(publicKey).digest().subarray(0, KEY_ID_BYTES);
}
