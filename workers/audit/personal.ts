import { hash, randomBytes } from "node:crypto";
import { open, seal } from "../crypto/secrets.ts";

/** Personal data of one subject in a leaf. */
export interface SealedPart {
  subject: string;
  /** SHA-256 of the plaintext, in base64: whoever has it can show that it is what was logged. */
  commitment: string;
  /** The plaintext, encrypted with the subject's key. */
  data: string;
}

const SALT_BYTES = 16;

/**
 * Encrypts personal data. The plaintext begins with a random salt, so that its commitment gives nothing away once
 * the key is destroyed, however easily an address or a name is guessed.
 */
export function sealPersonal(
  key: Uint8Array,
  subject: string,
  personal: Record<string, unknown>,
): SealedPart {
  const text = JSON.stringify({ salt: randomBytes(SALT_BYTES).toString("base64url"), personal });
  return { subject, commitment: commitmentTo(text), data: seal(key, text) };
}

/** The plaintexts of the parts, in order; null where the key is destroyed. @throws when a part is not what was sealed */
export function openParts(
  parts: readonly SealedPart[],
  keys: ReadonlyMap<string, Uint8Array>,
): (string | null)[] {
  return parts.map(({ subject, data }) => {
    const key = keys.get(subject);
    return key === undefined ? null : open(key, data);
  });
}

export const isCommittedTo = (part: SealedPart, plaintext: string): boolean =>
  commitmentTo(plaintext) === part.commitment;

/** What the plaintexts say together. */
export function mergePersonal(plaintexts: readonly (string | null)[]): Record<string, unknown> | null {
  const readable = plaintexts.flatMap((text) => (text === null ? [] : [personalIn(text)]));
  return readable.length === 0 ? null : Object.assign({}, ...readable);
}

const personalIn = (text: string): Record<string, unknown> =>
  (JSON.parse(text) as { personal: Record<string, unknown> }).personal;

const commitmentTo = (text: string): string => hash("sha256", text, "base64");
