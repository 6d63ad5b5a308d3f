import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const derived = new Map<string, Uint8Array>();

/**
 * A key of 32 bytes for one purpose, from the one secret that a deployment keeps (HKDF-SHA-256, RFC 5869). Keys for
 * different purposes tell nothing about each other.
 *
 * @example deriveKey(settings.AUTH_SECRET, "signing-keys")
 */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  const name = `${purpose}\0${secret}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  const key = new Uint8Array(hkdfSync("sha256", secret, "", `almanac ${purpose}`, 32));
  derived.set(name, key);
  return key;
}

const CIPHER = "aes-256-gcm";
const VERSION = "v1.";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts and authenticates a text: AES-256-GCM with a random nonce of 96 bits, which allows for 2^32 texts a key
 * (NIST SP 800-38D §8.3). The result is `v1.` and base64url of nonce, ciphertext and tag.
 *
 * @param key 32 bytes, as `deriveKey` makes them
 */
export function seal(key: Uint8Array, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const body = Buffer.concat([nonce, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return VERSION + body.toString("base64url");
}

/** Decrypts what `seal` made. @throws when it was made with another key, or a single bit of it was changed */
export function open(key: Uint8Array, sealed: string): string {
  const body = Buffer.from(sealed.slice(VERSION.length), "base64url");
  const isCanonical = sealed === VERSION + body.toString("base64url");
  if (!isCanonical || body.length < NONCE_BYTES + TAG_BYTES)
    throw new Error("This is nothing that was sealed.");
  const decipher = createDecipheriv(CIPHER, key, body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  const ciphertext = body.subarray(NONCE_BYTES, body.length - TAG_BYTES);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
}

/** SHA-256 in base64url: for secrets that are random enough to need nothing slower. */
export const hashSecret = (text: string): string => createHash("sha256").update(text).digest("base64url");
