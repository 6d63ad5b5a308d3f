import { env } from "cloudflare:workers";
import { scryptSync } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { NewUser, PasskeyOptions, SignInLink } from "../../../workers/contract/identity.ts";
import {
  jsonInit,
  liftLimits,
  ok,
  post,
  problem,
  request,
  requestAs,
  useFreshStores,
} from "../../support/api.ts";
import { useClock } from "../../support/clock.ts";
import { createPasskey } from "../../support/passkey-authenticator.ts";
import {
  addPerson,
  from,
  newAddress,
  PASSWORD,
  type Person,
  refresh,
  signIn,
  type Tokens,
  trySignIn,
  useLink,
} from "../../support/sign-in.ts";

const later = useClock();
useFreshStores();

/** What was hashed: a password is brought into NFKC right before its hash, and at no other time. */
const normalized = vi.spyOn(String.prototype, "normalize");
const hashed = (): string[] => normalized.mock.contexts.map(String);
const SITE = { origin: "https://almanac.test", hostName: "almanac.test" };
const failed = { status: 401, code: "sign_in_failed" };
const limited = { status: 429, code: "rate_limit_exceeded" };

let ada: Person;

beforeEach(async () => {
  ada = await addPerson();
  normalized.mockClear();
});

const addByAdmin = (email: string) => ok<z.infer<typeof NewUser>>(post("/api/v1/users", { email }), 201);
const linkFor = (userId: string) =>
  ok<z.infer<typeof SignInLink>>(request(`/api/v1/users/${userId}/link`, { method: "POST" }), 201);
const sessionsOf = (userId: string) =>
  env.DB.prepare("SELECT count(*) AS n FROM session WHERE user_id = ? AND ended_at IS NULL")
    .bind(userId)
    .first("n");

/** Stores a hash of the password that is made, and checked, in no time. */
async function weaken({ userId, password }: Person): Promise<string> {
  const hash = scryptSync(password, Buffer.alloc(16), 32, { N: 16, r: 1, p: 1 }).toString("base64");
  const outdated = `$scrypt$ln=4,r=1,p=1$${"A".repeat(22)}$${hash.replaceAll("=", "")}`;
  await env.DB.prepare("UPDATE user SET password_hash = ? WHERE id = ?").bind(outdated, userId).run();
  return outdated;
}

describe("whether there is an account", () => {
  it("is not told by words, headers or work", async () => {
    const { user: bob } = await addByAdmin("bob@example.org");
    const eve = await addPerson();
    await ok(request(`/api/v1/users/${eve.userId}`, jsonInit("PATCH", { state: "disabled" })));
    const tries: [why: string, email: string, password: string][] = [
      ["unknown", "nobody@example.org", PASSWORD],
      ["wrong password", ada.email, "another one altogether"],
      ["disabled", eve.email, eve.password],
      ["no password", bob.email, PASSWORD],
    ];
    const seen = [];
    for (const [why, email, password] of tries) {
      normalized.mockClear();
      const reply = await trySignIn(email, password);
      const { request_id: _, ...body } = await reply.json<Record<string, unknown>>();
      expect([reply.status, body.code], why).toEqual([failed.status, failed.code]);
      const headers = [...reply.headers.keys()].sort();
      expect(hashed(), why).toEqual([password]);
      seen.push({ body, headers });
    }
    for (const one of seen) expect(one).toEqual(seen[0]);
  });
});

describe("guessing", () => {
  it("an account's password ends after ten tries from one network, before anything is hashed", async () => {
    await weaken(ada);
    for (const email of [ada.email, "nobody@example.org"]) {
      const network = newAddress();
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        const reply = trySignIn(email, `guess number ${attempt}`, from(`${network}${attempt}`));
        expect(await problem(reply)).toMatchObject(failed);
      }
      expect(hashed()).toHaveLength(10);
      // Right or wrong: it is not even looked at.
      expect(await problem(trySignIn(email, PASSWORD, from(network)))).toMatchObject(limited);
      expect(await problem(trySignIn(email.toUpperCase(), PASSWORD, from(network)))).toMatchObject(limited);
      expect(hashed()).toHaveLength(10);
      normalized.mockClear();
    }
  });

  it("an account's password keeps its owner out from nowhere else", async () => {
    await weaken(ada);
    const network = from(newAddress());
    for (let attempt = 1; attempt <= 20; attempt += 1) await trySignIn(ada.email, "a guess", network);
    expect(await problem(trySignIn(ada.email, PASSWORD, network))).toMatchObject(limited);
    await ok(trySignIn(ada.email, PASSWORD));
    later(15 * 60_000 + 1);
    await ok(trySignIn(ada.email, PASSWORD, network));
  });

  it("an account's password ends after a hundred tries, wherever they come from", async () => {
    await liftLimits();
    await weaken(ada);
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      expect(await problem(trySignIn(ada.email, `guess number ${attempt}`))).toMatchObject(failed);
    }
    normalized.mockClear();
    expect(await problem(trySignIn(ada.email, PASSWORD))).toMatchObject(limited);
    expect(hashed()).toEqual([]);
    later(15 * 60_000 + 1);
    await ok(trySignIn(ada.email, PASSWORD));
  });

  it("from one network ends after thirty tries, whatever they try", async () => {
    await liftLimits();
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      const link = useLink(`guess-${attempt}`, `2001:db8:bad:1::${attempt.toString(16)}`);
      expect(await problem(link)).toMatchObject({ status: 401, code: "link_invalid" });
    }
    const headers = from("2001:db8:bad:1:ffff::1");
    expect(await problem(trySignIn(ada.email, PASSWORD, headers))).toMatchObject(limited);
    expect(hashed()).toEqual([]);
    await ok(trySignIn(ada.email, PASSWORD));
  });

  it("the current password by a session that was taken over ends, too", async () => {
    await weaken(ada);
    const network = newAddress();
    const guess = (current_password: string) =>
      requestAs(
        ada.session.access_token,
        "/api/v1/auth/password",
        jsonInit("PUT", { current_password, new_password: "grey ferry across the sound" }, from(network)),
      );
    later(15 * 60_000 - 1_000);
    const { access_token } = await ok<Tokens>(refresh(ada.session.refresh_token));
    ada.session.access_token = access_token;
    later(2_000);
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await problem(guess(`guess number ${attempt}`))).toMatchObject(failed);
    }
    expect(await problem(guess(PASSWORD))).toMatchObject(limited);
  });
});

describe("a stored password", () => {
  it("with other parameters is taken, and stored anew with today's", async () => {
    const stored = () =>
      env.DB.prepare("SELECT password_hash FROM user WHERE id = ?")
        .bind(ada.userId)
        .first<string>("password_hash");
    const outdated = await weaken(ada);
    expect(await problem(trySignIn(ada.email, "wrong and long enough"))).toMatchObject(failed);
    expect(await stored()).toBe(outdated);
    await signIn(ada);
    const renewed = await stored();
    expect(renewed).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    await signIn(ada);
    expect(await stored()).toBe(renewed);
  });
});

describe("a one-time link", () => {
  it("that twenty follow at once begins one session", async () => {
    const { user, link } = await addByAdmin("bob@example.org");
    const replies = await Promise.all(Array.from({ length: 20 }, () => useLink(link.token)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const reply of replies.filter(({ status }) => status !== 200)) {
      expect(await problem(Promise.resolve(reply))).toMatchObject({ status: 401, code: "link_invalid" });
    }
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it("opens nothing after a day, for one who is disabled, or after a password change", async () => {
    const invalid = { status: 401, code: "link_invalid" };
    const old = await linkFor(ada.userId);
    later(24 * 3_600_000 + 1);
    expect(await problem(useLink(old.token))).toMatchObject(invalid);

    const replaced = await linkFor(ada.userId);
    const { access_token } = await signIn(ada);
    const change = jsonInit("PUT", {
      current_password: PASSWORD,
      new_password: "grey ferry across the sound",
    });
    expect((await requestAs(access_token, "/api/v1/auth/password", change)).status).toBe(204);
    expect(await problem(useLink(replaced.token))).toMatchObject(invalid);

    const last = await linkFor(ada.userId);
    await ok(request(`/api/v1/users/${ada.userId}`, jsonInit("PATCH", { state: "disabled" })));
    expect(await problem(useLink(last.token))).toMatchObject(invalid);
    await ok(request(`/api/v1/users/${ada.userId}`, jsonInit("PATCH", { state: "active" })));
    expect(await problem(useLink(last.token))).toMatchObject(invalid);
    expect(await sessionsOf(ada.userId)).toBe(0);
  });
});

describe("a session that somebody left open", () => {
  const again = { status: 403, code: "sign_in_again" };
  const renew = async (tokens: Tokens) => (await ok<Tokens>(refresh(tokens.refresh_token))).access_token;

  it("adds no passkey after a quarter of an hour, neither by a challenge from before", async () => {
    const begin = (token: string) => requestAs(token, "/api/v1/auth/passkeys/options", { method: "POST" });
    const session = await signIn(ada);
    later(14 * 60_000);
    const { challenge_token, options } = await ok<z.infer<typeof PasskeyOptions>>(
      begin(session.access_token),
    );
    later(60_000);
    const old = await renew(session);
    expect(await problem(begin(old))).toMatchObject(again);
    const { response } = await createPasskey(SITE, options as never);
    const add = (token: string) =>
      requestAs(token, "/api/v1/auth/passkeys", jsonInit("POST", { challenge_token, name: "p", response }));
    expect(await problem(add(old))).toMatchObject(again);
    await ok(add((await signIn(ada)).access_token), 201);
  });

  it("sets no first password after a quarter of an hour", async () => {
    const { link } = await addByAdmin("bob@example.org");
    const session = await ok<Tokens>(useLink(link.token));
    later(15 * 60_000);
    const set = jsonInit("PUT", { new_password: PASSWORD }, from(newAddress()));
    expect(await problem(requestAs(await renew(session), "/api/v1/auth/password", set))).toMatchObject(again);
    expect(await problem(trySignIn("bob@example.org", PASSWORD))).toMatchObject(failed);
  });
});

describe("changing the password", () => {
  it("ends all other sessions at once and keeps the one that asks", async () => {
    const thief = await signIn(ada);
    const own = await signIn(ada);
    const change = jsonInit("PUT", {
      current_password: PASSWORD,
      new_password: "grey ferry across the sound",
    });
    const write = (token: string) =>
      requestAs(token, "/api/v1/collections", jsonInit("POST", { name: crypto.randomUUID() }));
    expect((await requestAs(own.access_token, "/api/v1/auth/password", change)).status).toBe(204);
    expect(await problem(write(thief.access_token))).toMatchObject({ status: 401, code: "session_ended" });
    expect(await problem(refresh(thief.refresh_token))).toMatchObject({ code: "session_ended" });
    await ok(write(own.access_token), 201);
    expect(await problem(trySignIn(ada.email, PASSWORD))).toMatchObject(failed);
    await ok(trySignIn(ada.email, "grey ferry across the sound"));
  });

  it("while somebody signs in with the old one leaves him no session", async () => {
    const own = await signIn(ada);
    const change = jsonInit("PUT", {
      current_password: PASSWORD,
      new_password: "grey ferry across the sound",
    });
    const [changed, ...entered] = await Promise.all([
      requestAs(own.access_token, "/api/v1/auth/password", change),
      trySignIn(ada.email, PASSWORD),
      trySignIn(ada.email, PASSWORD),
    ]);
    expect(changed?.status).toBe(204);
    for (const reply of entered.filter(({ ok: isIn }) => isIn)) {
      const { refresh_token } = await reply.json<Tokens>();
      expect(await problem(refresh(refresh_token))).toMatchObject({ code: "session_ended" });
    }
    expect(await sessionsOf(ada.userId)).toBe(1);
  });
});
