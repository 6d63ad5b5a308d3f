import { calculateJwkThumbprint } from "jose";
import { deriveKey, open, seal } from "../crypto/secrets.ts";
import { ACCESS_TOKEN_SECONDS, CLOCK_TOLERANCE_SECONDS } from "./access-tokens.ts";

/** A pair of keys as it is stored. Times are epoch milliseconds. */
export interface StoredSigningKey {
  /** The RFC 7638 thumbprint of the public key. */
  kid: string;
  publicJwk: JsonWebKey;
  sealedPrivateJwk: string;
  createdAt: number;
  /** From then on it signs. */
  activeFrom: number;
  /** From then on its tokens are refused; null while nothing has replaced it. */
  retiresAt: number | null;
}

/** A pair of keys that is ready for use. */
export interface SigningKeyPair extends StoredSigningKey {
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

/**
 * Others keep our public keys for 5 minutes, isolates for 5 seconds: a new key is known everywhere before it signs.
 */
export const LEAD_MS = 10 * 60_000;
/** The last token of the old key is this old at most. */
export const OVERLAP_MS = (ACCESS_TOKEN_SECONDS + 2 * CLOCK_TOLERANCE_SECONDS) * 1000;

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const RSA_2048 = { ...ALGORITHM, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** Makes a pair of keys, the private one sealed. */
export async function makeSigningKey(
  authSecret: string,
  times: { createdAt: number; activeFrom: number },
): Promise<StoredSigningKey> {
  const pair = await crypto.subtle.generateKey(RSA_2048, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("An RSA key is a pair.");
  const privateJwk = await jwkOf(pair.privateKey);
  const { kty, n, e } = await jwkOf(pair.publicKey);
  if (n === undefined || e === undefined) throw new Error("An RSA key has a modulus and an exponent.");
  return {
    kid: await calculateJwkThumbprint({ kty, n, e }),
    publicJwk: { kty, n, e },
    sealedPrivateJwk: seal(sealingKey(authSecret), JSON.stringify(privateJwk)),
    ...times,
    retiresAt: null,
  };
}

/**
 * A stored pair made ready for use, or null when it was sealed with another secret: then that secret was replaced, and
 * nothing that depended on it is to be trusted.
 */
export async function openSigningKey(
  authSecret: string,
  stored: StoredSigningKey,
): Promise<SigningKeyPair | null> {
  const privateJwk = unsealed(authSecret, stored.sealedPrivateJwk);
  if (privateJwk === null) return null;
  const publicKey = await crypto.subtle.importKey("jwk", stored.publicJwk, ALGORITHM, false, ["verify"]);
  const privateKey = await crypto.subtle.importKey("jwk", privateJwk, ALGORITHM, false, ["sign"]);
  return { ...stored, publicKey, privateKey };
}

const sealingKey = (authSecret: string): Uint8Array => deriveKey(authSecret, "signing-keys");

function unsealed(authSecret: string, sealed: string): JsonWebKey | null {
  try {
    return JSON.parse(open(sealingKey(authSecret), sealed)) as JsonWebKey;
  } catch {
    return null;
  }
}

async function jwkOf(key: CryptoKey): Promise<JsonWebKey> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  if (jwk instanceof ArrayBuffer) throw new Error("A key in JWK form is no bytes.");
  return jwk;
}
