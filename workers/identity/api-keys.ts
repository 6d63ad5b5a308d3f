import { createHmac } from "node:crypto";
import { base62Of, randomBase62 } from "../crypto/base62.ts";
import { sameText } from "../crypto/constant-time.ts";
import { deriveKey, hashSecret } from "../crypto/secrets.ts";

const ID_LENGTH = 12;
/** 256 bits. */
const SECRET_LENGTH = 43;
/** 59 bits: whoever guesses keys hardly ever makes us ask the database. */
const CHECKSUM_LENGTH = 10;
const FORM = /^alm_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})_([0-9A-Za-z]{10})$/;

export interface NewApiKey {
  id: string;
  /** The whole key: shown once and never kept. */
  secret: string;
  /** What is kept of its secret part. */
  hash: string;
  /** How the key begins. */
  hint: string;
}

/** A new key `alm_<id>_<secret>_<checksum>`: its prefix lets secret scanners find it. */
export const makeApiKey = (authSecret: string): NewApiKey =>
  remakeApiKey(authSecret, randomBase62(ID_LENGTH));

/** Another secret for the key of that id. */
export function remakeApiKey(authSecret: string, id: string): NewApiKey {
  const secret = randomBase62(SECRET_LENGTH);
  return {
    id,
    secret: `alm_${id}_${secret}_${checksumOf(authSecret, id, secret)}`,
    hash: hashSecret(secret),
    hint: `alm_${id}`,
  };
}

/** What to look a key up by, or null for one that we never made: its checksum is keyed. */
export function readApiKey(authSecret: string, text: string): { id: string; hash: string } | null {
  const [, id, secret, checksum] = FORM.exec(text) ?? [];
  if (id === undefined || secret === undefined || checksum === undefined) return null;
  return sameText(checksum, checksumOf(authSecret, id, secret)) ? { id, hash: hashSecret(secret) } : null;
}

/** Whether a credential means to be an API key, by how it begins. */
export const isApiKey = (text: string): boolean => text.startsWith("alm_");

function checksumOf(authSecret: string, id: string, secret: string): string {
  const mac = createHmac("sha256", deriveKey(authSecret, "api-keys")).update(`${id}_${secret}`).digest();
  return base62Of(mac, CHECKSUM_LENGTH);
}
