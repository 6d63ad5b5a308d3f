import { createHmac } from "node:crypto";
import type { EventDraft } from "../audit/event.ts";
import { deriveKey } from "../crypto/secrets.ts";
import { AppError } from "../errors.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

/** What is known of somebody who could sign in by a password. */
export interface Account {
  id: string;
  state: "active" | "disabled";
  passwordHash: string | null;
}

export interface PasswordPorts {
  findByEmail(email: string): Promise<Account | null>;
  /** Stores the hash in the place of the former one, if that is stored still. */
  renewPasswordHash(id: string, former: string, hash: string): Promise<void>;
  /** @throws AppError `rate_limit_exceeded` */
  throttle(account: string): Promise<void>;
  record(draft: EventDraft): Promise<void>;
  authSecret: string;
}

/**
 * Checks an address with a password. Whether it is the address or the password that is wrong, the account is disabled,
 * or there is no password: the words are the same, and so is the work.
 *
 * @throws AppError `sign_in_failed`, `sign_in_busy`, `rate_limit_exceeded`
 */
export async function checkPassword(
  ports: PasswordPorts,
  { email, password }: { email: string; password: string },
): Promise<{ userId: string; passwordHash: string }> {
  const account = accountHash(ports.authSecret, email);
  await ports.throttle(account);
  const known = await ports.findByEmail(email);
  const stored = known?.state === "active" ? known.passwordHash : null;
  const { ok, outdated } = await verifyPassword(password, stored);
  if (known === null || stored === null || !ok) {
    await ports.record({
      action: "session.refused",
      result: "refused",
      actor: { kind: "anonymous", id: null, user_id: null },
      ...(known === null ? {} : { target: { kind: "user", id: known.id } }),
      detail: { method: "password" },
      personal: { account },
    });
    throw new AppError("sign_in_failed", { detail: "The address or the password is wrong." });
  }
  if (!outdated) return { userId: known.id, passwordHash: stored };
  const passwordHash = await hashPassword(password);
  await ports.renewPasswordHash(known.id, stored, passwordHash);
  return { userId: known.id, passwordHash };
}

/** Stands for an address where it must not be read: in limits, and in events about people whom we do not know. */
export const accountHash = (authSecret: string, email: string): string =>
  createHmac("sha256", deriveKey(authSecret, "accounts")).update(email).digest("base64url");
