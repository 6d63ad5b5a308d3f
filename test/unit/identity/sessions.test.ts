import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import { readRefreshToken, refreshTokenOf } from "../../../workers/identity/refresh-tokens.ts";
import { beginSession, refreshSession, type SessionPorts } from "../../../workers/identity/sessions.ts";
import { user } from "../../../workers/storage/identity/schema.ts";
import { sessionRepository } from "../../../workers/storage/identity/sessions.ts";
import { ADA, auditedActions, db, GRACE, preparedEvent, useFreshDatabase } from "./fresh-database.ts";

useFreshDatabase();

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const SECOND = 1_000;
const sessions = sessionRepository(db);

let time = 0;
beforeEach(() => {
  time = Date.now();
});

const ports = (): SessionPorts => ({
  store: sessions,
  authSecret: SECRET,
  address: "192.0.2.7",
  now: time,
  prepare: preparedEvent,
});

const ada = async () => (await db.select().from(user).where(eq(user.id, ADA)))[0];
const begin = () =>
  beginSession(ports(), { userId: ADA, method: "password", deviceName: "Test", passwordHash: "stored" });
const refresh = (token: string) => refreshSession(ports(), token);
const outcomeOf = (token: string): Promise<string> =>
  refresh(token).then(
    ({ refreshToken }) => refreshToken,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("a session", () => {
  it("begins with its event, and notes when the user signed in", async () => {
    const { session } = await begin();
    expect(await auditedActions()).toEqual(["session.began"]);
    expect((await ada())?.lastSignInAt).toBe(session.createdAt);
    expect(await sessions.list(ADA, session.id)).toMatchObject([
      { id: session.id, current: true, device_name: "Test", address: "192.0.2.7" },
    ]);
  });

  it("does not begin for somebody whose account or password was changed meanwhile", async () => {
    await db.update(user).set({ passwordHash: "another" });
    await expect(begin()).rejects.toMatchObject({ code: "sign_in_failed" });
    await db.update(user).set({ passwordHash: "stored", state: "disabled" });
    await expect(begin()).rejects.toMatchObject({ code: "sign_in_failed" });
    expect(await auditedActions()).toEqual([]);
  });

  it("lasts seven days from sign-in, however often it is refreshed", async () => {
    let { refreshToken, session } = await begin();
    for (let day = 0; day < 6; day += 1) {
      time += 24 * 3600 * SECOND;
      ({ refreshToken } = await refresh(refreshToken));
    }
    time = session.expiresAt;
    session = (await sessions.find(session.id)) ?? session;
    expect(session.generation).toBe(7);
    expect(await outcomeOf(refreshToken)).toBe("session_ended");
  });
});

describe("refreshing", () => {
  it("gives a successor, and the same one again to whoever lost the reply", async () => {
    const first = (await begin()).refreshToken;
    const second = await outcomeOf(first);
    expect(second).not.toBe(first);
    time += 30 * SECOND;
    expect(await outcomeOf(first)).toBe(second);
    expect(await outcomeOf(second)).toMatch(/^art_/);
    expect((await auditedActions()).filter((action) => action === "session.refreshed")).toHaveLength(2);
  });

  it("a hundred times at once leaves one live successor", async () => {
    const { refreshToken, session } = await begin();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcomeOf(refreshToken)));
    expect(new Set(outcomes).size).toBe(1);
    expect(await sessions.find(session.id)).toMatchObject({ generation: 2, endedAt: null });
    expect(await auditedActions()).toEqual(["session.began", "session.refreshed"]);
  });

  it("with the token before the newest, after the time for retries, ends the session", async () => {
    const { refreshToken, session } = await begin();
    const second = await outcomeOf(refreshToken);
    time += 30 * SECOND + 1;
    expect(await outcomeOf(refreshToken)).toBe("session_ended");
    expect(await outcomeOf(second)).toBe("session_ended");
    expect((await sessions.find(session.id))?.endedAt).toBe(time);
    expect((await auditedActions()).filter((action) => action === "session.replayed")).toHaveLength(1);
  });

  it("with an older token ends the session at once, and many replays are one event", async () => {
    const first = (await begin()).refreshToken;
    const third = await outcomeOf(await outcomeOf(first));
    const replays = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(first)));
    expect(new Set(replays)).toEqual(new Set(["session_ended"]));
    expect(await outcomeOf(third)).toBe("session_ended");
    expect((await auditedActions()).filter((action) => action === "session.replayed")).toHaveLength(1);
  });

  it("with a forged token does nothing to the session", async () => {
    const { refreshToken, session } = await begin();
    const later = refreshTokenOf("another-secret", { ...session, generation: 2 });
    const forged = refreshTokenOf("another-secret", session);
    const unknown = refreshTokenOf(SECRET, { ...session, id: "ses_01k9t3v6m2c8q4r5x7y1z0w9hz" });
    for (const token of [later, forged, unknown, "", "art_", `${refreshToken}x`]) {
      expect(await outcomeOf(token)).toBe("credential_invalid");
    }
    expect(await sessions.find(session.id)).toMatchObject({ generation: 1, endedAt: null });
    expect(readRefreshToken(await outcomeOf(refreshToken))?.generation).toBe(2);
  });
});

describe("ending sessions", () => {
  const event = () => preparedEvent({ action: "session.ended" });

  it("ends one, once, and only one's own", async () => {
    const { session, refreshToken } = await begin();
    await expect(sessions.end(GRACE, session.id, [await event()])).rejects.toMatchObject({
      code: "session_not_found",
    });
    await sessions.end(ADA, session.id, [await event()]);
    await expect(sessions.end(ADA, session.id, [await event()])).rejects.toMatchObject({
      code: "session_not_found",
    });
    expect(await auditedActions()).toEqual(["session.began", "session.ended"]);
    expect(await outcomeOf(refreshToken)).toBe("session_ended");
  });

  it("ends all but the one that is kept", async () => {
    const kept = await begin();
    const others = [await begin(), await begin()];
    await sessions.endAll(ADA, kept.session.id, [await event()]);
    expect((await sessions.list(ADA, null)).map(({ id }) => id)).toEqual([kept.session.id]);
    for (const { refreshToken } of others) expect(await outcomeOf(refreshToken)).toBe("session_ended");
  });

  it("with a new password ends the others and what links are left", async () => {
    const kept = await begin();
    await begin();
    await env.DB.prepare(
      "insert into one_time_token (hash, purpose, user_id, payload, created_at, expires_at) values ('h', 'link', ?, '{}', 0, 9e15)",
    )
      .bind(ADA)
      .run();
    await sessions.replacePassword(ADA, "new", kept.session.id, [await event()]);
    expect(await sessions.list(ADA, null)).toHaveLength(1);
    expect((await env.DB.prepare("select * from one_time_token").all()).results).toEqual([]);
    expect((await ada())?.passwordHash).toBe("new");
  });

  it("names a session that goes on", async () => {
    const { session } = await begin();
    expect(await sessions.rename(ADA, session.id, "Laptop", null)).toMatchObject({
      device_name: "Laptop",
      current: false,
    });
    await expect(sessions.rename(ADA, "ses_other", "x", null)).rejects.toMatchObject({
      code: "session_not_found",
    });
  });

  it("forgets sessions a month after they expired, not before", async () => {
    const { session } = await begin();
    await sessions.dropExpired();
    expect(await sessions.find(session.id)).not.toBeNull();
    await env.DB.prepare("update session set expires_at = ?")
      .bind(time - 31 * 24 * 3600 * SECOND)
      .run();
    await sessions.dropExpired();
    expect(await sessions.find(session.id)).toBeNull();
  });
});
