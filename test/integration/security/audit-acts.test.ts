import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { AUDIT_ACTIONS, type AuditAction } from "../../../workers/contract/audit.ts";
import type { Accepted } from "../../../workers/contract/documents.ts";
import type { Me, NewUser, PasskeyOptions, SetUp, SignInLink } from "../../../workers/contract/identity.ts";
import { forgetAll } from "../../../workers/storage/recent.ts";
import {
  ingestAll,
  jsonInit,
  liftLimits,
  ok,
  post,
  request,
  requestAs,
  send,
  upload,
  useFreshStores,
} from "../../support/api.ts";
import { answerWithPasskey, createPasskey } from "../../support/passkey-authenticator.ts";
import {
  from,
  newAddress,
  PASSWORD,
  refresh,
  signOut,
  type Tokens,
  trySignIn,
  useLink,
} from "../../support/sign-in.ts";
import { TEST_FILE } from "../../unit/scan/test-archives.ts";
import { placesOf } from "./residue.ts";
import { exportLog, leavesIn, newEvents } from "./trail.ts";

useFreshStores();

const EMAIL = "grace.hopper@navy-yard.example";
const NAME = "Grace Brewster Hopper";
const ADDRESS = "203.0.113.177";
const BROWSER = "Univac-Navigator/7.31";
const QUESTION = "How long does the harbour ferry wait?";
const KEY_NAME = "nightly moth hunt";
const GROUP_NAME = "Friends of Grace Brewster Hopper";
const SITE = { origin: "https://almanac.test", hostName: "almanac.test" };
/** Done by no route yet. */
const ELSEWHERE: AuditAction[] = ["backup.created", "backup.restored"];

let admin = "";
const seen = new Set<AuditAction>();
let tellNew = newEvents();

beforeEach(async () => {
  await liftLimits();
  admin = (await ok<Me>(request("/api/v1/auth/me"))).user?.id ?? "";
  tellNew = newEvents();
  await tellNew();
});

const headers = from(ADDRESS, { "user-agent": BROWSER });

/** An act leaves exactly these events; each is `action result actor target`. */
async function leaves<Result>(act: Promise<Result>, ...expected: string[]): Promise<Result> {
  const result = await act;
  const events = await tellNew();
  for (const { action } of events) seen.add(action);
  expect(
    events.map(({ action, result: outcome, actor, target }) =>
      [action, outcome, actor.user_id ?? actor.kind, target?.id ?? "-"].join(" "),
    ),
  ).toEqual(expected);
  return result;
}

const as = (token: string, method: string, path: string, body?: object) =>
  requestAs(token, path, body === undefined ? { method, headers } : jsonInit(method, body, headers));
const status = async (reply: Promise<Response>, expected: number) => {
  const { status: found } = await reply;
  expect(found).toBe(expected);
};

/** Acts whose events name what only their reply tells. */
async function leavesOf<Result>(
  act: Promise<Result>,
  expected: (result: Result) => string[],
): Promise<Result> {
  const result = await act;
  return leaves(Promise.resolve(result), ...expected(result));
}

const enter = (reply: Promise<Response>) =>
  leavesOf(ok<Tokens>(reply), ({ user, session_id }) => [`session.began success ${user.id} ${session_id}`]);
const enterByPassword = () => enter(trySignIn(EMAIL, PASSWORD, headers));

const addGrace = () =>
  leavesOf(
    ok<z.infer<typeof NewUser>>(
      post("/api/v1/users", { email: EMAIL, name: NAME, role: "write" }, headers),
      201,
    ),
    ({ user }) => [`user.created success ${admin} ${user.id}`],
  );

async function expectNothingPersonal(): Promise<void> {
  const stored = leavesIn(await exportLog()).map((value, i) => ({ place: `leaf ${i}`, value }));
  const personal = [EMAIL, NAME, ADDRESS, BROWSER, QUESTION, KEY_NAME, GROUP_NAME, PASSWORD];
  expect(placesOf(personal, stored)).toEqual([]);
  await leaves(Promise.resolve(), `audit.exported success ${admin} log`);
}

describe("each act leaves one event, which says who did what on what and nothing personal in clear:", () => {
  it("signing in and out", async () => {
    const { user, link } = await addGrace();
    const id = user.id;
    const first = await enter(useLink(link.token, ADDRESS));
    await leaves(status(useLink(link.token, ADDRESS), 401), "session.refused refused anonymous -");
    const password = as(first.access_token, "PUT", "/api/v1/auth/password", { new_password: PASSWORD });
    await leaves(status(password, 204), `password.changed success ${id} ${id}`);
    await leaves(
      status(trySignIn(EMAIL, "wrong and long", headers), 401),
      `session.refused refused anonymous ${id}`,
    );
    await leaves(
      status(trySignIn("x@example.org", PASSWORD, headers), 401),
      "session.refused refused anonymous -",
    );

    const second = await enterByPassword();
    const refreshed = `session.refreshed success ${id} ${second.session_id}`;
    const next = await leaves(ok<Tokens>(refresh(second.refresh_token)), refreshed);
    await leaves(ok<Tokens>(refresh(second.refresh_token)));
    await leaves(ok<Tokens>(refresh(next.refresh_token)), refreshed);
    const replayed = `session.replayed refused ${id} ${second.session_id}`;
    await leaves(status(refresh(second.refresh_token), 401), replayed);
    await leaves(status(refresh(second.refresh_token), 401));

    const third = await enterByPassword();
    await leaves(
      status(signOut(third.refresh_token), 204),
      `session.ended success ${id} ${third.session_id}`,
    );
    const fourth = await enterByPassword();
    const end = as(first.access_token, "DELETE", `/api/v1/auth/sessions/${fourth.session_id}`);
    await leaves(status(end, 204), `session.ended success ${id} ${fourth.session_id}`);
    await leaves(
      status(as(first.access_token, "DELETE", "/api/v1/auth/sessions?keep_current=false"), 204),
      `session.ended success ${id} ${id}`,
    );
    await leaves(
      status(request(`/api/v1/users/${id}/sessions`, { method: "DELETE", headers }), 204),
      `session.ended success ${admin} ${id}`,
    );
    await expectNothingPersonal();
  });

  it("passkeys and keys", async () => {
    const { user, link } = await addGrace();
    const { access_token } = await enter(useLink(link.token, ADDRESS));
    const by = (method: string, path: string, body?: object) => as(access_token, method, path, body);
    const begin = await ok<z.infer<typeof PasskeyOptions>>(by("POST", "/api/v1/auth/passkeys/options"));
    const { passkey, response } = await createPasskey(SITE, begin.options as never);
    const body = { challenge_token: begin.challenge_token, name: "ring", response };
    await leaves(
      ok(by("POST", "/api/v1/auth/passkeys", body), 201),
      `passkey.added success ${user.id} ${user.id}`,
    );

    const options = () =>
      ok<z.infer<typeof PasskeyOptions>>(send("/api/v1/auth/passkey/options", { method: "POST", headers }));
    const answer = async (challenge: z.infer<typeof PasskeyOptions>) => ({
      challenge_token: challenge.challenge_token,
      response: await answerWithPasskey(SITE, challenge.options as never, passkey),
    });
    const answered = await answer(await options());
    await enter(send("/api/v1/auth/passkey", jsonInit("POST", answered, headers)));
    const again = send("/api/v1/auth/passkey", jsonInit("POST", answered, headers));
    await leaves(status(again, 401), "session.refused refused anonymous -");
    const remove = by("DELETE", `/api/v1/auth/passkeys/${passkey.id}`);
    await leaves(status(remove, 204), `passkey.removed success ${user.id} ${user.id}`);

    const made = by("POST", "/api/v1/keys", { name: KEY_NAME, scopes: ["documents:read", "keys:manage"] });
    const { key, secret } = await leavesOf(
      ok<{ key: { id: string }; secret: string }>(made, 201),
      (reply) => [`key.created success ${user.id} ${reply.key.id}`],
    );
    const rotate = as(secret, "POST", `/api/v1/keys/${key.id}/rotate`, {});
    await leaves(ok(rotate), `key.rotated success ${user.id} ${key.id}`);
    const revoke = by("DELETE", `/api/v1/keys/${key.id}`);
    await leaves(status(revoke, 204), `key.revoked success ${user.id} ${key.id}`);
    await leaves(status(by("DELETE", `/api/v1/keys/${key.id}`), 204));
    await expectNothingPersonal();
  });

  it("users, groups and settings", async () => {
    const { user } = await addGrace();
    const id = user.id;
    const link = request(`/api/v1/users/${id}/link`, { method: "POST", headers });
    await leaves(ok<z.infer<typeof SignInLink>>(link, 201), `link.created success ${admin} ${id}`);
    const change = request(
      `/api/v1/users/${id}`,
      jsonInit("PATCH", { name: `${NAME} II`, role: "read" }, headers),
    );
    await leaves(ok(change), `user.changed success ${admin} ${id}`);

    const { id: group } = await leavesOf(
      ok<{ id: string }>(post("/api/v1/groups", { name: GROUP_NAME }, headers), 201),
      (made) => [`group.created success ${admin} ${made.id}`],
    );
    const member = (method: string) => request(`/api/v1/groups/${group}/members/${id}`, { method, headers });
    await leaves(member("PUT"), `group.member_added success ${admin} ${group}`);
    await leaves(member("DELETE"), `group.member_removed success ${admin} ${group}`);
    const remove = request(`/api/v1/groups/${group}`, { method: "DELETE", headers });
    await leaves(status(remove, 204), `group.deleted success ${admin} ${group}`);

    const settings = request("/api/v1/settings", jsonInit("PATCH", { signing_key_days: 20 }, headers));
    await leaves(ok(settings), `settings.changed success ${admin} runtime`);
    const rotated = await ok<{ items: { kid: string; state: string }[] }>(
      post("/api/v1/signing-keys/rotate", {}, headers),
    );
    const next = rotated.items.find(({ state }) => state === "next");
    await leaves(Promise.resolve(), `signing_key.rotated success ${admin} ${next?.kid}`);

    const erase = (query: string) => request(`/api/v1/users/${id}${query}`, { method: "DELETE", headers });
    await leaves(status(erase(""), 204), `user.deleted success ${admin} ${id}`);
    await leaves(status(erase("?erase=true"), 204), `user.erased success ${admin} ${id}`);
    await expectNothingPersonal();
  });

  it("collections, documents, grants and questions", async () => {
    const { user, link } = await addGrace();
    const id = user.id;
    const { access_token } = await enter(useLink(link.token, ADDRESS));
    const by = (method: string, path: string, body?: object) => as(access_token, method, path, body);
    const { id: place } = await leavesOf(
      ok<{ id: string }>(by("POST", "/api/v1/collections", { name: "harbour" }), 201),
      (made) => [`collection.created success ${id} ${made.id}`],
    );
    const describeIt = by("PATCH", "/api/v1/collections/harbour", { description: NAME });
    await leaves(ok(describeIt), `collection.changed success ${id} ${place}`);
    const grant = `/api/v1/collections/harbour/grants/user/${admin}`;
    await leaves(ok(by("PUT", grant, { level: "read" })), `grant.set success ${id} ${place}`);
    await leaves(status(by("DELETE", grant), 204), `grant.removed success ${id} ${place}`);

    const text = {
      name: `${NAME}.md`,
      text: "The harbour ferry waits for twelve minutes.",
      collection: "harbour",
    };
    const { document } = await leavesOf(
      ok<Accepted>(by("POST", "/api/v1/documents/text", text), 202),
      (added) => [`document.written success ${id} ${added.document.id}`],
    );
    await leaves(ingestAll());
    const path = `/api/v1/documents/${document.id}`;
    await leaves(ok(by("PATCH", path, { title: NAME })), `document.changed success ${id} ${document.id}`);
    await leaves(status(by("GET", `${path}/text`), 200), `document.read success ${id} ${document.id}`);
    await leaves(status(by("GET", `${path}/content`), 200), `document.read success ${id} ${document.id}`);
    await leavesOf(
      ok<{ id: string }>(by("POST", "/api/v1/query", { question: QUESTION, collection: "harbour" })),
      (answer) => [`question.asked success ${id} ${answer.id}`],
    );
    await leaves(status(by("DELETE", path), 204), `document.deleted success ${id} ${document.id}`);
    await leaves(
      status(by("DELETE", "/api/v1/collections/harbour"), 204),
      `collection.deleted success ${id} ${place}`,
    );
    const { document: bad } = await leavesOf(upload(TEST_FILE, "test.txt"), (added) => [
      `document.written success ${admin} ${added.document.id}`,
    ]);
    await leaves(ingestAll(), `document.quarantined success system ${bad.id}`);
    await expectNothingPersonal();
  });

  it("refusals", async () => {
    const { user, link } = await addGrace();
    const { access_token } = await enter(useLink(link.token, ADDRESS));
    const refused = (method: string, path: string) =>
      status(as(access_token, method, path.replace("{id}", encodeURIComponent(EMAIL))), 403);
    const event = (route: string) => `access.refused refused ${user.id} ${route}`;
    for (const [method, path] of [
      ["GET", "/api/v1/users"],
      ["GET", "/api/v1/users/{id}"],
      ["POST", "/api/v1/signing-keys/rotate"],
    ] as const) {
      await leaves(refused(method, path), event(`${method} ${path}`));
    }
    // The table of routes lets this one through; its handler does not.
    await leaves(refused("GET", "/api/v1/keys?user_id=all"), event("GET /api/v1/keys"));

    const few = { per_minute: 1000, burst: 1 };
    const rate_limits = { anonymous: few, authenticated: few, premium: few };
    const settings = request("/api/v1/settings", jsonInit("PATCH", { rate_limits }));
    await leaves(ok(settings), `settings.changed success ${admin} runtime`);
    const stranger = from(newAddress());
    const hammering = Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => send("/api/v1/documents", { headers: stranger })),
    );
    await leaves(hammering, "rate_limit.exceeded refused anonymous GET /api/v1/documents");
    await expectNothingPersonal();
  });

  it("setting up", async () => {
    await env.DB.prepare("DELETE FROM user").run();
    forgetAll();
    const setUp = (body: object) =>
      ok<z.infer<typeof SetUp>>(
        requestAs(env.SETUP_TOKEN, "/api/v1/setup", jsonInit("POST", body, headers)),
        201,
      );
    const { user, key } = await setUp({ email: EMAIL, name: NAME });
    await setUp({ recover: true });
    await status(requestAs("x", "/api/v1/setup", jsonInit("POST", {}, headers)), 401);
    const { items } = await ok<{ items: { action: AuditAction; actor: object; target: { id: string } }[] }>(
      requestAs(key.secret, "/api/v1/audit?limit=3"),
    );
    for (const { action } of items) seen.add(action);
    const system = { kind: "system", user_id: null };
    expect(items).toMatchObject([
      { action: "access.refused", target: { id: "POST /api/v1/setup" } },
      { action: "setup.recovered", actor: system, target: { id: user.id } },
      { action: "setup.completed", actor: system, target: { id: user.id } },
    ]);
  });

  it("and that is all of them", () => {
    expect([...seen, ...ELSEWHERE].sort()).toEqual([...AUDIT_ACTIONS].sort());
  });
});
