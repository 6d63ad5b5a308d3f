import { createHmac } from "node:crypto";
import { sameText } from "../crypto/constant-time.ts";
import { deriveKey } from "../crypto/secrets.ts";

/** What the refresh tokens of a session are made from. */
export interface RefreshSeed {
  /** The session's. */
  id: string;
  /** Random, stored with the session and never given away. */
  nonce: string;
  /** Which token of the session it is, from 1. */
  generation: number;
}

export interface RefreshToken {
  sessionId: string;
  generation: number;
  mac: string;
}

const FORM = /^art_(ses_[0-9a-z]{26})_([1-9]\d{0,8})_([A-Za-z0-9_-]{43})$/;

/**
 * A session's refresh token: its id, the number of the token and a keyed hash of both. Nothing of it is stored, and the
 * same one can be made again for a caller who lost the reply that it came in.
 */
export function refreshTokenOf(secret: string, { id, nonce, generation }: RefreshSeed): string {
  const mac = createHmac("sha256", deriveKey(secret, "refresh-tokens"))
    .update(`${id}|${generation}|${nonce}`)
    .digest("base64url");
  return `art_${id}_${generation}_${mac}`;
}

/** Takes a token apart by its form alone; whether it is genuine, `isGenuineRefreshToken` tells. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, sessionId, generation, mac] = FORM.exec(text) ?? [];
  if (sessionId === undefined || generation === undefined || mac === undefined) return null;
  return { sessionId, generation: Number(generation), mac };
}

/** Whether we made the token for that session. */
export const isGenuineRefreshToken = (
  secret: string,
  token: RefreshToken,
  session: { id: string; nonce: string },
): boolean =>
  sameText(
    `art_${token.sessionId}_${token.generation}_${token.mac}`,
    refreshTokenOf(secret, { id: session.id, nonce: session.nonce, generation: token.generation }),
  );
