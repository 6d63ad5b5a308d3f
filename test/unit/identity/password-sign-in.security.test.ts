import { beforeEach, describe, expect, it } from "vitest";
import list from "../../../assets/passwords/common.txt?raw";
import type { EventDraft } from "../../../workers/audit/event.ts";
import { AppError } from "../../../workers/errors.ts";
import { changePassword } from "../../../workers/identity/change-password.ts";
import {
  type Account,
  checkPassword,
  type PasswordPorts,
} from "../../../workers/identity/password-sign-in.ts";
import { hashPassword, verifyPassword } from "../../../workers/identity/passwords.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const PASSWORD = "violet tram under nine bridges";
const EMAIL = "ada@example.org";
const TODAY = await hashPassword(PASSWORD);

let account: Account | null;
let recorded: EventDraft[];
let asked: string[];
let stored: string | null;

beforeEach(() => {
  account = { id: "usr_ada", state: "active", passwordHash: TODAY };
  recorded = [];
  asked = [];
  stored = null;
});

const ports: PasswordPorts = {
  async findByEmail() {
    asked.push("store");
    return account;
  },
  async renewPasswordHash(_id, _former, hash) {
    stored = hash;
  },
  async throttle(key) {
    asked.push(key);
  },
  async record(draft) {
    recorded.push(draft);
  },
  authSecret: SECRET,
};

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? { code: error.code, detail: error.message } : error),
  );

describe("signing in with a password", () => {
  it("tells who it is", async () => {
    expect(await checkPassword(ports, { email: EMAIL, password: PASSWORD })).toEqual({
      userId: "usr_ada",
      passwordHash: TODAY,
    });
    expect(recorded).toEqual([]);
    expect(stored).toBeNull();
  });

  it("fails in the same words whatever is wrong, and writes no address down", async () => {
    const cases: [Account | null, string][] = [
      [null, PASSWORD],
      [account, "another one altogether"],
      [{ id: "usr_ada", state: "disabled", passwordHash: TODAY }, PASSWORD],
      [{ id: "usr_ada", state: "active", passwordHash: null }, PASSWORD],
      [{ id: "usr_ada", state: "active", passwordHash: null }, ""],
    ];
    for (const [known, password] of cases) {
      account = known;
      expect(await problemOf(checkPassword(ports, { email: EMAIL, password }))).toEqual({
        code: "sign_in_failed",
        detail: "The address or the password is wrong.",
      });
    }
    expect(recorded).toHaveLength(cases.length);
    expect(recorded.every(({ action, result }) => action === "session.refused" && result === "refused")).toBe(
      true,
    );
    expect(JSON.stringify(recorded)).not.toContain("ada@");
  });

  it("asks the limit of the account first, by a name that does not tell the address", async () => {
    await checkPassword(ports, { email: EMAIL, password: PASSWORD });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toBe("store");
    expect(asked[0]).not.toContain("ada");
    const refusing = { ...ports, throttle: () => Promise.reject(new AppError("rate_limit_exceeded")) };
    asked = [];
    expect(await problemOf(checkPassword(refusing, { email: EMAIL, password: PASSWORD }))).toMatchObject({
      code: "rate_limit_exceeded",
    });
    expect(asked).toEqual([]);
  });

  it("stores the password anew when its parameters are outdated", async () => {
    // scrypt with N=2^4, r=1, p=1 of the password and a salt of zeros.
    const { scryptSync } = await import("node:crypto");
    const hash = scryptSync(PASSWORD, Buffer.alloc(16), 32, { N: 16, r: 1, p: 1 });
    const outdated = `$scrypt$ln=4,r=1,p=1$${"A".repeat(22)}$${hash.toString("base64").replaceAll("=", "")}`;
    account = { id: "usr_ada", state: "active", passwordHash: outdated };
    const shown = await checkPassword(ports, { email: EMAIL, password: PASSWORD });
    expect(stored).toMatch(/^\$scrypt\$ln=14,/);
    expect(shown.passwordHash).toBe(stored);
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ ok: true, outdated: false });
  });
});

describe("changing the password", () => {
  const MINUTE = 60_000;
  const owner = { id: "usr_ada", email: EMAIL, name: "Ada", passwordHash: TODAY };
  const next = "grey ferry across the sound";
  let replaced: { keep: string | null; events: number } | null = null;

  const change = (
    session: { method: "password" | "link" | "passkey"; since: number },
    passwords: { current?: string; next?: string } = {},
    of: typeof owner | (Omit<typeof owner, "passwordHash"> & { passwordHash: null }) = owner,
  ) => {
    replaced = null;
    const work = changePassword(
      {
        async replacePassword(_id, _hash, keep, events) {
          replaced = { keep, events: events.length };
        },
        commonPasswords: async () => new Set(list.trim().split("\n")),
        throttle: ports.throttle,
        prepare: async () => ({ id: "evt", leaf: "", createdAt: 0 }),
        authSecret: SECRET,
        now: 100 * MINUTE,
      },
      of,
      { id: "ses_1", ...session },
      { current: passwords.current, next: passwords.next ?? next },
    );
    return problemOf(work);
  };

  it("takes the current one", async () => {
    const session = { method: "password", since: 99 * MINUTE } as const;
    expect(await change(session)).toMatchObject({ code: "sign_in_failed" });
    expect(await change(session, { current: "wrong" })).toMatchObject({ code: "sign_in_failed" });
    expect(replaced).toBeNull();
    expect(await change(session, { current: PASSWORD })).toBeNull();
    expect(replaced).toEqual({ keep: "ses_1", events: 1 });
  });

  it("goes without it for a quarter of an hour after a link", async () => {
    expect(await change({ method: "link", since: 86 * MINUTE })).toBeNull();
    expect(await change({ method: "link", since: 85 * MINUTE })).toMatchObject({ code: "sign_in_failed" });
    expect(await change({ method: "passkey", since: 99 * MINUTE })).toMatchObject({ code: "sign_in_failed" });
  });

  it("asks for a fresh session where there is none, however it began", async () => {
    for (const method of ["password", "link", "passkey"] as const) {
      const without = { ...owner, passwordHash: null };
      expect(await change({ method, since: 86 * MINUTE }, {}, without)).toBeNull();
      const late = await change({ method, since: 85 * MINUTE }, { current: PASSWORD }, without);
      expect(late).toMatchObject({ code: "sign_in_again" });
      expect(replaced).toBeNull();
    }
  });

  it("refuses one that is guessed first", async () => {
    const session = { method: "link", since: 99 * MINUTE } as const;
    expect(await change(session, { next: "password12345" })).toMatchObject({ code: "password_refused" });
    expect(replaced).toBeNull();
  });
});
