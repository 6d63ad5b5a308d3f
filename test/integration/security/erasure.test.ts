import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Group, PasskeyOptions } from "../../../workers/contract/identity.ts";
import type { Answer } from "../../../workers/contract/queries.ts";
import { ANONYMOUS } from "../../../workers/identity/principal.ts";
import { createServices } from "../../../workers/services.ts";
import {
  addText,
  ingestAll,
  jsonInit,
  liftLimits,
  ok,
  post,
  request,
  requestAs,
  runSchedules,
  send,
  useFreshStores,
} from "../../support/api.ts";
import { answerWithPasskey, createPasskey } from "../../support/passkey-authenticator.ts";
import { addPerson, from, type Person, signIn, type Tokens, trySignIn } from "../../support/sign-in.ts";
import { verifyText } from "../../unit/audit/audit-fixtures.ts";
import { everythingStored, placesOf } from "./residue.ts";
import { exportLog, listEvents, verifierKey } from "./trail.ts";

useFreshStores();

const EMAIL = "grace.hopper@navy-yard.example";
const NAME = "Grace Brewster Hopper";
const ADDRESS = "203.0.113.177";
const BROWSER = "Univac-Navigator/7.31 (of her own)";
const DEVICE = "Teletype in the attic";
const QUESTION = "How many nanoseconds does the harbour ferry wait?";
const COMMENT = "I counted them with a piece of wire.";
const KEY_NAME = "nightly moth hunt";
const PASSKEY_NAME = "ring with a moth";
const PERSONAL = [EMAIL, NAME, ADDRESS, BROWSER, DEVICE, QUESTION, COMMENT, KEY_NAME, PASSKEY_NAME];

const SITE = { origin: "https://almanac.test", hostName: "almanac.test" };

let grace: Person;

const asGrace = (path: string, init: RequestInit = {}, credential = grace.session.access_token) =>
  requestAs(credential, path, {
    ...init,
    headers: {
      ...Object.fromEntries(new Headers(init.headers)),
      ...from(ADDRESS, { "user-agent": BROWSER }),
    },
  });

async function usePasskey(): Promise<void> {
  const begin = await ok<z.infer<typeof PasskeyOptions>>(
    asGrace("/api/v1/auth/passkeys/options", { method: "POST" }),
  );
  const { passkey, response } = await createPasskey(SITE, begin.options as never);
  const added = { challenge_token: begin.challenge_token, name: PASSKEY_NAME, response };
  await ok(asGrace("/api/v1/auth/passkeys", jsonInit("POST", added)), 201);
  const headers = from(ADDRESS, { "user-agent": BROWSER });
  const entry = await ok<z.infer<typeof PasskeyOptions>>(
    send("/api/v1/auth/passkey/options", { method: "POST", headers }),
  );
  const answer = await answerWithPasskey(SITE, entry.options as never, passkey);
  const body = { challenge_token: entry.challenge_token, response: answer, device_name: DEVICE };
  await ok(send("/api/v1/auth/passkey", jsonInit("POST", body, headers)));
}

async function askAndUpload(): Promise<void> {
  const { secret, key } = await ok<{ secret: string; key: { id: string } }>(
    asGrace("/api/v1/keys", jsonInit("POST", { name: KEY_NAME, scopes: ["ask", "documents:write"] })),
    201,
  );
  for (const credential of [grace.session.access_token, secret]) {
    const { id } = await ok<Answer>(
      asGrace("/api/v1/query", jsonInit("POST", { question: QUESTION, collection: "harbour" }), credential),
    );
    const opinion = jsonInit(
      "POST",
      { thumb: "down", comment: COMMENT },
      { "idempotency-key": `opinion-${id}` },
    );
    await ok(asGrace(`/api/v1/queries/${id}/feedback`, opinion, credential));
    const text = jsonInit(
      "POST",
      { name: "tides.md", text: "The tide turns at noon.", collection: "harbour" },
      { "idempotency-key": `tides-${id}` },
    );
    await ok(asGrace("/api/v1/documents/text", text, credential), 202);
  }
  await ok(asGrace(`/api/v1/keys/${key.id}/rotate`, jsonInit("POST", { overlap_seconds: 60 })));
}

async function beRefused(): Promise<void> {
  const headers = from(ADDRESS, { "user-agent": BROWSER });
  for (const email of [EMAIL, EMAIL.toUpperCase()]) {
    expect((await trySignIn(email, "a wrong one altogether", headers)).status).toBe(401);
  }
  // An address where an id belongs, as people do write it.
  expect((await asGrace(`/api/v1/users/${EMAIL}`)).status).toBe(403);
  expect((await asGrace(`/api/v1/users/${encodeURIComponent(NAME)}`, { method: "DELETE" })).status).toBe(403);
  const narrow = { per_minute: 1000, burst: 1 };
  await ok(
    request(
      "/api/v1/settings",
      jsonInit("PATCH", { rate_limits: { anonymous: narrow, authenticated: narrow, premium: narrow } }),
    ),
  );
  const replies = await Promise.all(
    [1, 2, 3, 4].map(() => asGrace(`/api/v1/documents?name=${encodeURIComponent(NAME)}`)),
  );
  expect(replies.map(({ status }) => status)).toContain(429);
  await liftLimits();
}

beforeEach(async () => {
  await liftLimits();
  await ok(post("/api/v1/collections", { name: "harbour", visibility: "internal" }), 201);
  await addText("ferry.md", "The harbour ferry waits for twelve minutes.", { collection: "harbour" });
  await ingestAll();
  grace = await addPerson("write", { email: EMAIL, name: NAME, address: ADDRESS });
  const group = await ok<z.infer<typeof Group>>(post("/api/v1/groups", { name: "crew" }), 201);
  await request(`/api/v1/groups/${group.id}/members/${grace.userId}`, { method: "PUT" });
  await ok(
    request(`/api/v1/collections/harbour/grants/user/${grace.userId}`, jsonInit("PUT", { level: "manage" })),
  );
  const { session_id } = await ok<Tokens>(
    trySignIn(EMAIL, grace.password, from(ADDRESS, { "user-agent": BROWSER })),
  );
  await ok(asGrace(`/api/v1/auth/sessions/${session_id}`, jsonInit("PATCH", { device_name: DEVICE })));
  await usePasskey();
  await askAndUpload();
  await beRefused();
  await signIn(grace);
  await request(`/api/v1/users/${grace.userId}/link`, { method: "POST" });
  await ok(asGrace("/api/v1/auth/tickets", { method: "POST" }), 201);
  await ingestAll();
});

/** Everything that waits to be written somewhere is. */
async function settle(): Promise<void> {
  await runSchedules();
  await runDurableObjectAlarm(env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName("log")));
}

describe("erasing a person", () => {
  it("leaves nothing of the person in any store, and the log whole", async () => {
    await settle();
    const before = placesOf(PERSONAL, await everythingStored());
    for (const text of PERSONAL.filter((one) => one !== BROWSER)) expect(before.join("\n")).toContain(text);
    const known = await verifyText(await exportLog(), await verifierKey());
    expect(await exportLog()).toContain(BROWSER);

    const erased = await request(`/api/v1/users/${grace.userId}?erase=true`, { method: "DELETE" });
    expect(erased.status).toBe(204);
    await settle();

    expect(placesOf(PERSONAL, await everythingStored())).toEqual([]);
    expect(placesOf(PERSONAL, [{ place: "export", value: await exportLog() }])).toEqual([]);
    const pins = known.checkpoint === null ? [] : [known.checkpoint];
    expect(await verifyText(await exportLog(), await verifierKey(), pins)).toMatchObject({
      faults: [],
      pinsConfirmed: 1,
    });
    const events = await listEvents(`&actor=${grace.userId}`);
    expect(events.length).toBeGreaterThan(10);
    for (const event of events) expect(event, event.action).toMatchObject({ erased: true, personal: null });
  });

  it("is not undone by what the person's credentials still try", async () => {
    expect((await request(`/api/v1/users/${grace.userId}?erase=true`, { method: "DELETE" })).status).toBe(
      204,
    );
    const tries = await Promise.all([
      asGrace("/api/v1/query", jsonInit("POST", { question: QUESTION, collection: "harbour" })),
      asGrace("/api/v1/auth/tickets", { method: "POST" }),
      send(
        "/api/v1/auth/refresh",
        jsonInit("POST", { refresh_token: grace.session.refresh_token }, from(ADDRESS)),
      ),
      trySignIn(EMAIL, grace.password, from(ADDRESS, { "user-agent": BROWSER })),
    ]);
    expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    await settle();
    expect(placesOf(PERSONAL, await everythingStored())).toEqual([]);
  });

  it("while they judge an answer leaves no opinion", async () => {
    const { queries } = createServices(env, () => undefined);
    const asker = { userId: grace.userId, viewer: { ...ANONYMOUS.viewer, everything: true } };
    const [asked] = (await queries.list(asker, { limit: 1 })).items;
    const late = {
      ...queries,
      async get(...question: Parameters<typeof queries.get>) {
        const found = await queries.get(...question);
        await request(`/api/v1/users/${grace.userId}?erase=true`, { method: "DELETE" });
        return found;
      },
    };
    await expect(
      late.giveFeedback(asker, asked?.id ?? "", { thumb: "up", comment: COMMENT }),
    ).rejects.toMatchObject({ code: "query_not_found" });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM feedback").first("n")).toBe(0);
  });
});

describe("the scan for residue", () => {
  it("finds a text in each form", () => {
    const text = "grace@navy.example";
    const bytes = Buffer.from(`x${text}yz`);
    const forms = [
      `a ${text} b`,
      text.toUpperCase(),
      bytes.toString("base64"),
      Buffer.from(`xx${text}`).toString("base64url"),
      bytes.toString("hex").toUpperCase(),
      new Uint8Array(bytes),
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      { nested: [text] },
      Buffer.from(text, "utf16le"),
      encodeURIComponent(text),
    ];
    for (const value of forms)
      expect(placesOf([text], [{ place: "here", value }]), String(value)).not.toEqual([]);
    expect(placesOf([text], [{ place: "here", value: "grace at navy.example" }])).toEqual([]);
  });
});
