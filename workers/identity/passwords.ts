import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { passwordGate } from "./password-gate.ts";

/** The first choice of the OWASP password storage guide within 16 MiB: N=2^14, r=8, p=5. */
const TODAY = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_MEMORY = 64 * 1024 * 1024;
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const gate = passwordGate();

/** What there is to store of a password, in the PHC string format: `$scrypt$ln=14,r=8,p=5$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return phcString(salt, await gate.pass(() => scryptOf(password, salt, TODAY)));
}

/**
 * Whether it is the password. Without a stored one the same work is done in vain, so that the time does not tell who
 * has an account.
 *
 * @param stored null for a user who is not known or has no password
 * @returns `outdated` when the right password is stored with other parameters than today's
 * @throws AppError `sign_in_busy`
 */
export async function verifyPassword(
  password: string,
  stored: string | null,
): Promise<{ ok: boolean; outdated: boolean }> {
  const [, ln, r, p, salt, expected] = STORED.exec(stored ?? NOBODYS) ?? [];
  if (salt === undefined || expected === undefined) throw new Error("The stored password cannot be read.");
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  const hash = await gate.pass(() => scryptOf(password, Buffer.from(salt, "base64"), parameters));
  const ok = timingSafeEqual(hash, Buffer.from(expected, "base64")) && stored !== null;
  const isToday = parameters.ln === TODAY.ln && parameters.r === TODAY.r && parameters.p === TODAY.p;
  return { ok, outdated: ok && !isToday };
}

/** Belongs to no password: nothing is known that hashes to it. */
const NOBODYS = phcString(Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

function phcString(salt: Uint8Array, hash: Uint8Array): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
  return `$scrypt$ln=${TODAY.ln},r=${TODAY.r},p=${TODAY.p}$${base64(salt)}$${base64(hash)}`;
}

/** Keyboards write the same letters in different code points (é is one or two): NFKC makes them one again. */
const scryptOf = (password: string, salt: Uint8Array, { ln, r, p }: typeof TODAY): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY };
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
