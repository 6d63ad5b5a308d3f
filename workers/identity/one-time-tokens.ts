import { randomBytes } from "node:crypto";
import { hashSecret } from "../crypto/secrets.ts";

const TOKEN_BYTES = 32;

/** A token for something that works once, a link or a ticket, and what is kept of it. */
export function makeOneTimeToken(): { token: string; hash: string } {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  return { token, hash: hashOneTimeToken(token) };
}

export const hashOneTimeToken = (token: string): string => hashSecret(token);
