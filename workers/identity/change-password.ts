import type { EventDraft, PreparedEvent } from "../audit/event.ts";
import { AppError } from "../errors.ts";
import { assertAcceptablePassword } from "./acceptable-password.ts";
import { assertFresh, isFresh } from "./fresh-session.ts";
import { accountHash } from "./password-sign-in.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { SignInMethod } from "./sessions.ts";

export interface ChangePasswordPorts {
  /** Stores the new password and ends the user's other sessions and links. */
  replacePassword(
    userId: string,
    hash: string,
    keepSession: string | null,
    events: PreparedEvent[],
  ): Promise<void>;
  /** @throws AppError `rate_limit_exceeded` */
  throttle(account: string): Promise<void>;
  /** Passwords that are tried first: see {@link assertAcceptablePassword}. */
  commonPasswords(): Promise<ReadonlySet<string>>;
  prepare(draft: EventDraft): Promise<PreparedEvent>;
  authSecret: string;
  /** Epoch milliseconds. */
  now: number;
}

export interface PasswordOwner {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
}

/**
 * Sets the password of whoever knows the current one, or came by a link just now: that is what links are for. The
 * first one takes a fresh session.
 *
 * @throws AppError `sign_in_failed` when the current password is needed and wrong, `sign_in_again`,
 *   `password_refused`, `sign_in_busy`
 */
export async function changePassword(
  ports: ChangePasswordPorts,
  owner: PasswordOwner,
  session: { id: string | null; method: SignInMethod | null; since: number },
  passwords: { current: string | undefined; next: string },
): Promise<void> {
  const cameByLink = session.method === "link" && isFresh(session.since, ports.now);
  if (owner.passwordHash === null) {
    assertFresh(session.since, ports.now);
  } else if (!cameByLink) {
    await ports.throttle(accountHash(ports.authSecret, owner.email));
    const { ok } = await verifyPassword(passwords.current ?? "", owner.passwordHash);
    if (!ok) throw new AppError("sign_in_failed", { detail: "`current_password` is wrong or missing." });
  }
  assertAcceptablePassword(passwords.next, owner, await ports.commonPasswords());
  const changed = await ports.prepare({
    action: "password.changed",
    target: { kind: "user", id: owner.id },
    detail: { after_link: cameByLink, first: owner.passwordHash === null },
  });
  await ports.replacePassword(owner.id, await hashPassword(passwords.next), session.id, [changed]);
}
