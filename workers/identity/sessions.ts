import { randomBytes } from "node:crypto";
import type { EventDraft, PreparedEvent } from "../audit/event.ts";
import { AppError } from "../errors.ts";
import { isGenuineRefreshToken, readRefreshToken, refreshTokenOf } from "./refresh-tokens.ts";

export const SESSION_MS = 7 * 24 * 60 * 60_000;
/** A caller who lost the reply may ask again for so long, and gets the same successor. */
export const RETRY_MS = 30_000;

export type SignInMethod = "password" | "link" | "passkey";

/** A session as it is stored. Times are epoch milliseconds. */
export interface StoredSession {
  id: string;
  userId: string;
  /** Which refresh token is the newest, from 1. */
  generation: number;
  nonce: string;
  deviceName: string;
  /** The network address that it was last refreshed from. */
  address: string | null;
  method: SignInMethod;
  createdAt: number;
  refreshedAt: number;
  expiresAt: number;
  endedAt: number | null;
}

/** Where sessions are stored. Each call is one transaction, its events included. */
export interface SessionStore {
  newId(now: number): string;
  find(id: string): Promise<StoredSession | null>;
  /**
   * Enters the session, if its user is active and still has the password that he showed.
   *
   * @param passwordHash null when he came another way
   * @throws AppError `sign_in_failed`
   */
  begin(session: StoredSession, passwordHash: string | null, events: PreparedEvent[]): Promise<void>;
  /** Makes the next refresh token the newest if `generation` still is; of many who try at once, one does. */
  advance(
    id: string,
    generation: number,
    at: { now: number; address: string | null },
    events: PreparedEvent[],
  ): Promise<boolean>;
  /** Ends the session if it goes on; only then the events are written. */
  endReplayed(id: string, now: number, events: PreparedEvent[]): Promise<void>;
}

export interface SessionPorts {
  store: SessionStore;
  authSecret: string;
  prepare: (draft: EventDraft) => Promise<PreparedEvent>;
  /** The caller's network address. */
  address: string | null;
  now: number;
}

export interface Opened {
  session: StoredSession;
  refreshToken: string;
}

export interface Entrant {
  userId: string;
  method: SignInMethod;
  deviceName: string;
  /** What is stored of the password that he showed. */
  passwordHash: string | null;
}

/** Begins a session for somebody who has shown who he is. @throws AppError `sign_in_failed` */
export async function beginSession(ports: SessionPorts, entrant: Entrant): Promise<Opened> {
  const { store, authSecret, now, address } = ports;
  const { userId, method, deviceName } = entrant;
  const session: StoredSession = {
    id: store.newId(now),
    userId,
    generation: 1,
    nonce: randomBytes(16).toString("base64url"),
    deviceName,
    address,
    method,
    createdAt: now,
    refreshedAt: now,
    expiresAt: now + SESSION_MS,
    endedAt: null,
  };
  const began = await ports.prepare({
    action: "session.began",
    actor: { kind: "user", id: session.id, user_id: userId },
    target: { kind: "session", id: session.id },
    detail: { method },
  });
  await store.begin(session, entrant.passwordHash, [began]);
  return { session, refreshToken: refreshTokenOf(authSecret, session) };
}

/**
 * Changes a refresh token for its successor (RFC 9700 §4.14.2, with the retry that GoTrue allows): the newest one gives
 * a new one, the one before it gives the same successor again for 30 seconds, and any older one was used by two, so
 * that the session ends for both.
 *
 * @throws AppError `credential_invalid` for what is no token of ours, `session_ended`
 */
export async function refreshSession(ports: SessionPorts, token: string): Promise<Opened> {
  const { store, authSecret, now, address } = ports;
  let session = await sessionOf(ports, token);
  const { generation } = session.token;
  if (session.generation === generation) {
    const refreshed = await ports.prepare({ action: "session.refreshed", ...about(session) });
    if (await store.advance(session.id, generation, { now, address }, [refreshed])) {
      const next = { ...session, generation: generation + 1, refreshedAt: now, address };
      return { session: next, refreshToken: refreshTokenOf(authSecret, next) };
    }
    session = await sessionOf(ports, token);
  }
  const isRetry = session.generation === generation + 1 && now - session.refreshedAt <= RETRY_MS;
  if (isRetry) return { session, refreshToken: refreshTokenOf(authSecret, session) };
  if (session.generation > generation) {
    const replayed = await ports.prepare({
      action: "session.replayed",
      result: "refused",
      ...about(session),
      detail: { generation, newest: session.generation },
    });
    await store.endReplayed(session.id, now, [replayed]);
  }
  throw sessionEnded();
}

/** The session that a refresh token of any age belongs to. @throws AppError `credential_invalid`, `session_ended` */
export async function sessionOf(
  { store, authSecret, now }: Pick<SessionPorts, "store" | "authSecret" | "now">,
  text: string,
) {
  const token = readRefreshToken(text);
  const session = token === null ? null : await store.find(token.sessionId);
  if (token === null || session === null || !isGenuineRefreshToken(authSecret, token, session)) {
    throw new AppError("credential_invalid", { detail: "This is no refresh token of ours. Sign in again." });
  }
  if (session.endedAt !== null || session.expiresAt <= now) throw sessionEnded();
  return { ...session, token };
}

const about = ({ id, userId }: StoredSession): Pick<EventDraft, "actor" | "target"> => ({
  actor: { kind: "user", id, user_id: userId },
  target: { kind: "session", id },
});

const sessionEnded = () => new AppError("session_ended", { detail: "The session has ended. Sign in again." });
