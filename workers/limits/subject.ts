import { createHmac } from "node:crypto";
import { deriveKey } from "../crypto/secrets.ts";

/** Whose requests are counted together. What is counted for sign-in has objects of its own. */
export interface Subject {
  kind: "key" | "user" | "address" | "sign_in_address" | "sign_in_account" | "sign_in_account_at_address";
  value: string;
}

/**
 * The name of the object that counts a subject's requests: a keyed hash, so that neither names nor stores of
 * objects tell whose address or account it is.
 *
 * @param secret the deployment's master secret
 */
export function subjectKey(secret: string, { kind, value }: Subject): string {
  return createHmac("sha256", deriveKey(secret, "rate-limit-subjects"))
    .update(`${kind}\0${value}`)
    .digest("base64url");
}
