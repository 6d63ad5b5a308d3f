import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../../workers/contract/audit.ts";
import {
  jsonInit,
  liftLimits,
  ok,
  problem,
  request,
  requestAs,
  send,
  useFreshStores,
} from "../../support/api.ts";
import { useClock } from "../../support/clock.ts";
import { addPerson, refresh, signIn, signOut, type Tokens } from "../../support/sign-in.ts";

const later = useClock();
useFreshStores();

const SECONDS = 1000;
const DAYS = 86_400 * SECONDS;
/** The second one is for what is longer than any refresh token. */
const REFUSED = ["credential_invalid", "validation_failed"];
const ended = { status: 401, code: "session_ended" };

const write = (credential: string) =>
  requestAs(credential, "/api/v1/collections", jsonInit("POST", { name: crypto.randomUUID() }));
const events = async (query: string): Promise<AuditEvent[]> =>
  (await ok<{ items: AuditEvent[] }>(request(`/api/v1/audit?${query}`))).items;
const rowOf = (id: string) =>
  env.DB.prepare("SELECT generation, ended_at FROM session WHERE id = ?").bind(id).first();

describe("a refresh token", () => {
  it("used a hundred times at once leaves one live successor", async () => {
    await liftLimits();
    const { session } = await addPerson();
    const replies = await Promise.all(Array.from({ length: 100 }, () => refresh(session.refresh_token)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = await Promise.all(replies.map((reply) => reply.json<Tokens>()));
    expect(new Set(successors.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(await rowOf(session.session_id)).toEqual({ generation: 2, ended_at: null });
    const refreshed = await events(`action=session.refreshed&target=${session.session_id}`);
    expect(refreshed).toHaveLength(1);
    await ok(refresh(successors[0]?.refresh_token ?? ""));
  });

  it("gives the same successor again to one who lost the reply, for 30 seconds", async () => {
    const { session } = await addPerson();
    const first = await ok<Tokens>(refresh(session.refresh_token));
    later(30 * SECONDS - 1000);
    const again = await ok<Tokens>(refresh(session.refresh_token));
    expect(again.refresh_token).toBe(first.refresh_token);
    await ok(write(again.access_token), 201);
    later(2 * SECONDS);
    expect(await problem(refresh(session.refresh_token))).toMatchObject(ended);
    expect(await problem(refresh(first.refresh_token))).toMatchObject(ended);
  });

  it("that is older than the one before the newest ends the session for both who have it", async () => {
    const { session, userId } = await addPerson();
    const second = await ok<Tokens>(refresh(session.refresh_token));
    const third = await ok<Tokens>(refresh(second.refresh_token));
    await ok(write(third.access_token), 201);
    expect(await problem(refresh(session.refresh_token))).toMatchObject(ended);
    expect(await problem(write(third.access_token))).toMatchObject(ended);
    expect(await problem(refresh(third.refresh_token))).toMatchObject(ended);
    expect(await events(`action=session.replayed&target=${session.session_id}`)).toMatchObject([
      { result: "refused", actor: { user_id: userId }, detail: { generation: 1, newest: 3 } },
    ]);
  });

  it("that is forged has no effect, whichever part of it is", async () => {
    await liftLimits();
    const { session } = await addPerson();
    const { session: other } = await addPerson();
    const [, , id = "", , mac = ""] = /^(art)_(ses_[0-9a-z]+)_(\d+)_(.+)$/.exec(session.refresh_token) ?? [];
    const before = await rowOf(session.session_id);
    const character = fc.constantFrom(..."ABCxyz0189-_+/=.");
    const forged = fc.oneof(
      fc
        .tuple(fc.nat(session.refresh_token.length - 1), character)
        .map(([at, c]) => session.refresh_token.slice(0, at) + c + session.refresh_token.slice(at + 1)),
      fc.integer({ min: 2, max: 999_999_999 }).map((generation) => `art_${id}_${generation}_${mac}`),
      fc.constantFrom(
        session.refresh_token.replace(id, other.session_id),
        other.refresh_token.replace(other.session_id, id),
        `${session.refresh_token}=`,
        session.access_token,
        "",
      ),
    );
    await fc.assert(
      fc.asyncProperty(forged, async (token) => {
        fc.pre(token !== session.refresh_token);
        expect(REFUSED).toContain((await problem(refresh(token))).code);
      }),
      { numRuns: 150 },
    );
    expect(await rowOf(session.session_id)).toEqual(before);
    expect(await events("action=session.replayed")).toEqual([]);
    await ok(refresh(session.refresh_token));
  });

  it("renews a session for seven days and no longer, however often it is used", async () => {
    const { session } = await addPerson();
    let token = session.refresh_token;
    for (let day = 1; day <= 6; day += 1) {
      later(DAYS);
      const next = await ok<Tokens>(refresh(token));
      expect(next.refresh_expires_at).toBe(session.refresh_expires_at);
      token = next.refresh_token;
    }
    later(DAYS - SECONDS * 60);
    const last = await ok<Tokens>(refresh(token));
    later(61 * SECONDS);
    expect(await problem(refresh(last.refresh_token))).toMatchObject(ended);
    expect(await problem(write(last.access_token))).toMatchObject(ended);
  });
});

describe("a session that is over", () => {
  it("because its user was disabled is not refreshed, also when enabled again", async () => {
    const { session, userId } = await addPerson();
    const set = (state: string) => ok(request(`/api/v1/users/${userId}`, jsonInit("PATCH", { state })));
    await set("disabled");
    expect(await problem(refresh(session.refresh_token))).toMatchObject(ended);
    expect(await problem(write(session.access_token))).toMatchObject(ended);
    await set("active");
    expect(await problem(refresh(session.refresh_token))).toMatchObject(ended);
  });

  it("because of a sign-out takes neither of its tokens", async () => {
    const { session } = await addPerson();
    const next = await ok<Tokens>(refresh(session.refresh_token));
    expect((await signOut(next.refresh_token)).status).toBe(204);
    expect(await problem(refresh(next.refresh_token))).toMatchObject(ended);
    expect(await problem(write(next.access_token))).toMatchObject(ended);
    expect(await problem(requestAs(next.access_token, "/api/v1/documents"))).toMatchObject(ended);
  });

  it("because it was ended while it was refreshed, in whatever order", async () => {
    const person = await addPerson();
    const keeper = await signIn(person);
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token, session_id } = await signIn(person);
      const end = () =>
        requestAs(keeper.access_token, `/api/v1/auth/sessions/${session_id}`, { method: "DELETE" });
      const [refreshed, deleted] = await Promise.all([refresh(refresh_token), end()]);
      expect(deleted.status).toBe(204);
      const tokens = refreshed.ok ? await refreshed.json<Tokens>() : null;
      expect(await problem(refresh(tokens?.refresh_token ?? refresh_token))).toMatchObject(ended);
      if (tokens !== null) expect(await problem(write(tokens.access_token))).toMatchObject(ended);
    }
    await ok(write(keeper.access_token), 201);
  });
});

describe("tokens of one kind", () => {
  it("are not taken for those of another", async () => {
    const { session } = await addPerson();
    const invalid = { status: 401, code: "credential_invalid" };
    expect(await problem(write(session.refresh_token))).toMatchObject(invalid);
    expect(REFUSED).toContain((await problem(refresh(session.access_token))).code);
    const cookie = { cookie: `__Host-almanac_access=${session.refresh_token}` };
    expect(await problem(send("/api/v1/auth/me", { headers: cookie }))).toMatchObject(invalid);
  });
});
