import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Me } from "../../../workers/contract/identity.ts";
import { makeApiKey } from "../../../workers/identity/api-keys.ts";
import { jsonInit, liftLimits, ok, requestAs, send, useFreshStores } from "../../support/api.ts";
import { addKey } from "../../support/credentials.ts";
import { addPerson, type Person } from "../../support/sign-in.ts";
import { forgeries, openForge } from "./forge.ts";

useFreshStores();

let victim: Person;

beforeEach(async () => {
  await liftLimits();
  victim = await addPerson("admin");
});

const STREAM = { accept: "text/event-stream" };
const NEW_DOCUMENT = jsonInit("POST", { name: "forged.md", text: "Forged." });

const isRefused = (reply: Response): boolean => reply.status === 401;

/** Each of these as one with the credential: who am I, what may I read, and let me write. */
const tryAll = (credential: string): Promise<Response[]> =>
  Promise.all([
    requestAs(credential, "/api/v1/auth/me"),
    requestAs(credential, "/api/v1/documents"),
    requestAs(credential, "/api/v1/documents/text", NEW_DOCUMENT),
  ]);

async function expectRefused(credential: string, attack: string): Promise<void> {
  const replies = await tryAll(credential);
  expect(replies.map(isRefused), `${attack}: ${credential}`).toEqual([true, true, true]);
}

/** All rows of all tables but the events on their way to the audit log, which tell of the tries. */
async function stored(): Promise<Record<string, unknown[]>> {
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT IN ('audit_outbox') AND name NOT LIKE 'sqlite%'",
  ).all<{ name: string }>();
  const rows = await env.DB.batch(
    tables.results.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}" ORDER BY 1`)),
  );
  return Object.fromEntries(tables.results.map(({ name }, i) => [name, rows[i]?.results ?? []]));
}

describe("forged access tokens", () => {
  it("are not accepted, thousands of them, and change nothing", async () => {
    const forge = await openForge(victim.session.access_token);
    expect((await tryAll(victim.session.access_token)).map(({ status }) => status)).toEqual([200, 200, 202]);
    // That somebody was refused is audited, under the day's key: it is there from now on.
    await send("/api/v1/auth/me", { headers: { authorization: "Bearer forged" } });
    const before = await stored();
    await fc.assert(
      fc.asyncProperty(forgeries(forge), async ([attack, forged]) => expectRefused(await forged, attack)),
      { numRuns: 1000 },
    );
    expect(await stored()).toEqual(before);
  });

  it("are not accepted as cookies either", async () => {
    const forge = await openForge(victim.session.access_token);
    // That somebody was refused is audited, under the day's key: it is there from now on.
    await send("/api/v1/auth/me", { headers: { authorization: "Bearer forged" } });
    const before = await stored();
    await fc.assert(
      fc.asyncProperty(forgeries(forge), async ([attack, forged]) => {
        const headers = { cookie: `__Host-almanac_access=${await forged}`, "sec-fetch-site": "same-origin" };
        const me = await send("/api/v1/auth/me", { headers });
        // A cookie without a value is none, and whoever sends none is nobody.
        const isNobody = me.status === 200 && (await me.json<Me>()).credential === "none";
        expect(me.status === 401 || isNobody, attack).toBe(true);
        const write = await send(
          "/api/v1/documents/text",
          jsonInit("POST", { name: "a", text: "A." }, headers),
        );
        expect(write.status, attack).toBe(401);
      }),
      { numRuns: 300 },
    );
    expect(await stored()).toEqual(before);
  });
});

describe("forged API keys", () => {
  it("with one character changed are not accepted", async () => {
    const key = await addKey(victim.userId, ["documents:read", "documents:write"]);
    const change = fc
      .tuple(fc.nat(key.length - 1), fc.constantFrom(..."ABCxyz019_-."))
      .filter(([at, character]) => key[at] !== character)
      .map(([at, character]) => key.slice(0, at) + character + key.slice(at + 1));
    await fc.assert(
      fc.asyncProperty(change, async (forged) => expectRefused(forged, "a character changed")),
      { numRuns: 200 },
    );
    await ok(requestAs(key, "/api/v1/auth/me"));
  });

  it("put together from two, or made with another deployment's secret, are not accepted", async () => {
    const first = (await addKey(victim.userId, ["documents:read"])).split("_");
    const second = (await addKey(victim.userId, ["documents:read"])).split("_");
    for (let taken = 1; taken < 7; taken += 1) {
      const mixed = first.map((part, i) => ((taken >> (i - 1)) & 1 && i > 0 ? second[i] : part)).join("_");
      await expectRefused(mixed, "put together");
    }
    await expectRefused(makeApiKey("the-secret-of-another-deployment!!").secret, "other deployment");
    // Its checksum is right, and nobody ever got it.
    await expectRefused(makeApiKey(env.AUTH_SECRET).secret, "never given out");
  });
});

describe("credentials in the wrong place", () => {
  const me = (query: string, headers: Record<string, string> = {}) =>
    send(`/api/v1/auth/me?${query}`, { headers });

  it("are not looked at in the address", async () => {
    const key = await addKey(victim.userId, ["documents:read"]);
    const { access_token, refresh_token } = victim.session;
    for (const name of ["access_token", "token", "authorization", "api_key", "key", "jwt"]) {
      for (const credential of [access_token, refresh_token, key]) {
        expect(await ok<Me>(me(`${name}=${credential}`))).toMatchObject({ credential: "none", user: null });
      }
    }
    for (const credential of [access_token, refresh_token, key]) {
      expect((await me(`ticket=${credential}`, STREAM)).status).toBe(401);
    }
  });

  it("are not taken under another scheme, nor two at once", async () => {
    const token = victim.session.access_token;
    for (const authorization of [
      token,
      `Basic ${btoa(`${victim.email}:${victim.password}`)}`,
      `Token ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer Bearer ${token}`,
      `Bearer  ${token}`,
      "Bearer",
      "",
    ]) {
      const reply = await send("/api/v1/documents/text", { ...NEW_DOCUMENT, headers: { authorization } });
      expect(reply.status, authorization).toBe(401);
    }
  });

  it("a ticket works once, on a stream, and is no bearer token", async () => {
    const ticketOf = async () =>
      (
        await ok<{ ticket: string }>(
          requestAs(victim.session.access_token, "/api/v1/auth/tickets", { method: "POST" }),
          201,
        )
      ).ticket;
    const first = await ticketOf();
    expect(await ok<Me>(me(`ticket=${first}`))).toMatchObject({ credential: "none" });
    expect(await ok<Me>(me(`ticket=${first}`, STREAM))).toMatchObject({ user: { id: victim.userId } });
    expect((await me(`ticket=${first}`, STREAM)).status).toBe(401);
    const second = await ticketOf();
    await expectRefused(second, "a ticket as a token");
    const racing = await Promise.all(Array.from({ length: 20 }, () => me(`ticket=${second}`, STREAM)));
    expect(racing.filter(({ status }) => status === 200)).toHaveLength(1);
    const third = await ticketOf();
    const write = await send(`/api/v1/documents/text?ticket=${third}`, {
      ...NEW_DOCUMENT,
      headers: { ...STREAM, "content-type": "application/json" },
    });
    expect(write.status).toBe(401);
  });
});
