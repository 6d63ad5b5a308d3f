import { AppError } from "../errors.ts";

/** How young a session must be to give its user another way in, in milliseconds. */
const FRESH_MS = 15 * 60_000;

/** Whether a session began just now. @param since when it did, in epoch milliseconds, as is `now` */
export const isFresh = (since: number, now: number): boolean => now - since < FRESH_MS;

/**
 * Whoever takes over a session that somebody left open must not stay in by a password or passkey of their own.
 *
 * @throws AppError `sign_in_again`
 */
export function assertFresh(since: number, now: number): void {
  if (isFresh(since, now)) return;
  throw new AppError("sign_in_again", {
    detail: "You signed in a while ago. Sign out and in again, then repeat this within 15 minutes.",
  });
}
