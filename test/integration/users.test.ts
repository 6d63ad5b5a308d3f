import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { AuditEvent } from "../../workers/contract/audit.ts";
import type { NewUser, SessionList, User } from "../../workers/contract/identity.ts";
import { jsonInit, ok, post, problem, request, requestAs, useFreshStores } from "../support/api.ts";
import { addSession, addUser } from "../support/credentials.ts";

useFreshStores();

type Users = { items: User[]; next_cursor: string | null };
type Created = z.infer<typeof NewUser>;

const add = (body: object) => ok<Created>(post("/api/v1/users", body), 201);
const patch = (id: string, body: object) => request(`/api/v1/users/${id}`, jsonInit("PATCH", body));
const remove = (id: string, query = "") => request(`/api/v1/users/${id}${query}`, { method: "DELETE" });
const eventsOn = async (id: string): Promise<AuditEvent[]> =>
  (await ok<{ items: AuditEvent[] }>(request(`/api/v1/audit?target=${id}`))).items;

describe("a key that manages users", () => {
  it("lets nobody in who could do more than it can, its owner neither", async () => {
    const { userId, key } = await addUser("super_admin", { scopes: ["users:manage"] });
    const reader = await addUser("read");
    const denied = { status: 403, code: "permission_denied" };
    for (const id of [userId, reader.userId]) {
      expect(await problem(requestAs(key, `/api/v1/users/${id}/link`, { method: "POST" }))).toMatchObject(
        denied,
      );
    }
    const created = requestAs(key, "/api/v1/users", jsonInit("POST", { email: "grace@example.org" }));
    expect(await problem(created)).toMatchObject(denied);
    const promoted = requestAs(key, `/api/v1/users/${reader.userId}`, jsonInit("PATCH", { role: "admin" }));
    expect(await problem(promoted)).toMatchObject(denied);
    await ok(requestAs(key, `/api/v1/users/${reader.userId}`, jsonInit("PATCH", { state: "disabled" })));
  });
});

describe("users", () => {
  it("are added with a link, found, changed and deleted", async () => {
    const { user, link } = await add({ email: " Grace@Example.org ", role: "write" });
    expect(user).toMatchObject({
      email: "grace@example.org",
      name: "grace",
      role: "write",
      tier: "authenticated",
    });
    expect(link.url).toContain("/login#link=");
    expect(await ok<User>(request(`/api/v1/users/${user.id}`))).toEqual(user);
    const found = await ok<Users>(request("/api/v1/users?email=grace%40example.org"));
    expect(found.items.map(({ id }) => id)).toEqual([user.id]);
    const changed = await ok<User>(patch(user.id, { name: "Grace", tier: "premium" }));
    expect(changed).toEqual({ ...user, name: "Grace", tier: "premium" });
    expect((await remove(user.id)).status).toBe(204);
    expect(await problem(request(`/api/v1/users/${user.id}`))).toMatchObject({ code: "user_not_found" });
    expect((await eventsOn(user.id)).map(({ action }) => action)).toEqual([
      "user.deleted",
      "user.changed",
      "user.created",
    ]);
  });

  it("have an address of their own", async () => {
    await add({ email: "grace@example.org" });
    expect(await problem(post("/api/v1/users", { email: "GRACE@example.org" }))).toMatchObject({
      status: 409,
      code: "user_exists",
    });
    // Nothing was prepared for somebody who was not added: the admin's own key, and Grace's.
    expect(
      await env.DB.prepare("SELECT count(*) AS n FROM subject_key WHERE subject LIKE 'usr_%'").first("n"),
    ).toBe(2);
    expect(await problem(post("/api/v1/users", { email: "nobody" }))).toMatchObject({
      code: "validation_failed",
    });
  });

  it("page", async () => {
    for (const n of [1, 2]) await add({ email: `u${n}@example.org` });
    const seen: string[] = [];
    for (let path: string | null = "/api/v1/users?limit=1"; path !== null; ) {
      const page: Users = await ok<Users>(request(path));
      seen.push(...page.items.map(({ email }) => email));
      path = page.next_cursor === null ? null : `/api/v1/users?limit=1&cursor=${page.next_cursor}`;
    }
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(expect.arrayContaining(["u1@example.org", "u2@example.org"]));
  });

  it("that are not changed leave no event", async () => {
    const { user } = await add({ email: "grace@example.org" });
    await ok(patch(user.id, { role: user.role }));
    expect((await eventsOn(user.id)).map(({ action }) => action)).toEqual(["user.created"]);
  });
});

describe("disabling a user", () => {
  it("ends sessions and keys at once", async () => {
    const { userId, key } = await addUser("write");
    const { token } = await addSession(userId, "write");
    const write = (credential: string) =>
      requestAs(credential, "/api/v1/collections", jsonInit("POST", { name: crypto.randomUUID() }));
    await ok(write(key), 201);
    await ok(write(token), 201);
    await ok(patch(userId, { state: "disabled" }));
    expect(await problem(write(key))).toMatchObject({ status: 401 });
    expect(await problem(write(token))).toMatchObject({ status: 401, code: "session_ended" });
    await ok(patch(userId, { state: "active" }));
    await ok(write(key), 201);
    expect(await problem(write(token))).toMatchObject({ status: 401, code: "session_ended" });
  });
});

describe("a user's sessions", () => {
  it("are seen and ended by admins", async () => {
    const { userId } = await addUser("read");
    const { sessionId, token } = await addSession(userId, "read");
    const path = `/api/v1/users/${userId}/sessions`;
    const list = await ok<z.infer<typeof SessionList>>(request(path));
    expect(list.items.map(({ id, current }) => [id, current])).toEqual([[sessionId, false]]);
    expect((await request(path, { method: "DELETE" })).status).toBe(204);
    expect(await problem(requestAs(token, "/api/v1/auth/sessions"))).toMatchObject({ code: "session_ended" });
    expect((await ok<z.infer<typeof SessionList>>(request(path))).items).toEqual([]);
  });
});

describe("admins who are no super_admin", () => {
  it("leave admins alone", async () => {
    const admin = await addUser("admin");
    const boss = await addUser("super_admin");
    const as = (path: string, init?: RequestInit) => problem(requestAs(admin.key, path, init));
    const denied = { status: 403, code: "permission_denied" };
    const path = `/api/v1/users/${boss.userId}`;
    expect(await as(path, jsonInit("PATCH", { name: "x" }))).toMatchObject(denied);
    expect(await as(path, { method: "DELETE" })).toMatchObject(denied);
    expect(await as(`${path}/link`, { method: "POST" })).toMatchObject(denied);
    expect(await as(`${path}/sessions`)).toMatchObject(denied);
    expect(await as(`${path}/sessions`, { method: "DELETE" })).toMatchObject(denied);
    expect(
      await as(`/api/v1/users/${admin.userId}`, jsonInit("PATCH", { role: "super_admin" })),
    ).toMatchObject(denied);
    const newBoss = { email: "x@example.org", role: "admin" };
    expect(await as("/api/v1/users", jsonInit("POST", newBoss))).toMatchObject(denied);
    await ok(requestAs(admin.key, "/api/v1/users", jsonInit("POST", { ...newBoss, role: "write" })), 201);
  });
});

describe("the last super_admin", () => {
  it("stays", async () => {
    const [boss] = (await ok<Users>(request("/api/v1/users"))).items;
    const last = { status: 409, code: "last_super_admin" };
    expect(await problem(patch(boss?.id ?? "", { role: "admin" }))).toMatchObject(last);
    expect(await problem(patch(boss?.id ?? "", { state: "disabled" }))).toMatchObject(last);
    expect(await problem(remove(boss?.id ?? "", "?erase=true"))).toMatchObject(last);
  });
});

describe("erasing a person", () => {
  it("takes the questions and the personal part of events, also after a deletion", async () => {
    const { user } = await add({ email: "grace@example.org", role: "read" });
    const [created] = await eventsOn(user.id);
    expect(created).toMatchObject({ personal: { email: "grace@example.org" }, erased: false });
    await env.DB.prepare(
      `INSERT INTO query (id, collection_id, user_id, question, mode, answered, answer, citations, passages, timings, degraded, created_at)
       VALUES ('qry_1', 'col_default', ?, 'q', 'hybrid', 0, '', '[]', '[]', '{}', '[]', 1)`,
    )
      .bind(user.id)
      .run();
    expect((await remove(user.id)).status).toBe(204);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM query").first("n")).toBe(1);
    expect((await remove(user.id, "?erase=true")).status).toBe(204);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM query").first("n")).toBe(0);
    const events = await eventsOn(user.id);
    expect(events.map(({ action }) => action)).toEqual(["user.erased", "user.deleted", "user.created"]);
    expect(events.at(-1)).toMatchObject({ erased: true });
    expect(JSON.stringify(events)).not.toContain("grace");
    expect(await problem(remove(user.id, "?erase=true"))).toMatchObject({ code: "user_not_found" });
  });
});
