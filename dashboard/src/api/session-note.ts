import type { SignedIn } from "./contract.ts";

/**
 * What this browser knows of its session. The tokens are in cookies that no script can read; this says when they
 * end, by the browser's own clock, and is shared by all tabs.
 */
export interface SessionNote {
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly accessUntil: number;
}

const KEY = "almanac.session";
/** In place of the store in browsers that block it. */
let kept: string | null = null;

/** Notes that a session began or was renewed. @param sentAt the server's clock, from the reply's `Date` header */
export function noteSession(signedIn: SignedIn, sentAt: string | null): void {
  const now = Date.now();
  const serverNow = sentAt === null ? now : Date.parse(sentAt);
  const lasts = Date.parse(signedIn.access_expires_at) - (Number.isNaN(serverNow) ? now : serverNow);
  const note: SessionNote = { userId: signedIn.user.id, accessUntil: now + lasts };
  kept = JSON.stringify(note);
  try {
    localStorage.setItem(KEY, kept);
  } catch {
    // Kept in this tab alone.
  }
}

export function forgetSession(): void {
  kept = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** Null when nobody is known to be signed in. */
export function readNote(): SessionNote | null {
  let text = kept;
  try {
    text = localStorage.getItem(KEY);
  } catch {
    // As above.
  }
  return text === null ? null : parseNote(text);
}

function parseNote(text: string): SessionNote | null {
  try {
    const { userId, accessUntil }: Partial<SessionNote> = JSON.parse(text);
    return typeof userId === "string" && typeof accessUntil === "number" ? { userId, accessUntil } : null;
  } catch {
    return null;
  }
}
