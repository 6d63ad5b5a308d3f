import { Failure } from "./failure.ts";
import { renewSession } from "./renew-session.ts";
import { forgetSession, readNote } from "./session-note.ts";

/** A new access token helps. */
const RENEWABLE = new Set(["credential_expired", "credential_missing"]);
/** Nothing but signing in helps. */
const OVER = new Set(["session_ended", "credential_invalid"]);
/** Less than the time that a request takes to be looked at. */
const MARGIN_MS = 5000;

const listeners = new Set<() => void>();

/** Calls back when the session turns out to be over. Returns the function that stops it. */
export function onSessionOver(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Runs a request with an access token that is good, renewing it before, or once after the server asked for it.
 *
 * @param margin milliseconds that the token must still last
 * @throws {Failure} the request's own, or `session_ended`
 */
export async function withinSession<T>(request: () => Promise<T>, margin = MARGIN_MS): Promise<T> {
  await freshen(margin);
  const seen = readNote();
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 401) throw error;
    if (OVER.has(error.code)) endHere();
    if (!RENEWABLE.has(error.code)) throw error;
    if ((await renewSession(seen)) === "ended") {
      endHere();
      throw error;
    }
    return request();
  }
}

/** Renews a token that is known to end within `margin` milliseconds. @throws {Failure} `session_ended` */
export async function freshen(margin = MARGIN_MS): Promise<void> {
  const note = readNote();
  if (note === null || note.accessUntil - Date.now() > margin) return;
  try {
    if ((await renewSession(note)) === "renewed") return;
  } catch (error) {
    // It may yet last for the request.
    if (note.accessUntil > Date.now()) return;
    throw error;
  }
  endHere();
  throw new Failure("session_ended", "The session has ended. Sign in again.", { status: 401 });
}

function endHere(): void {
  forgetSession();
  for (const listener of listeners) listener();
}
