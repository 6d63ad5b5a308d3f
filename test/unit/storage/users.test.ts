import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { addUser as add, count, event, link, useFreshDatabase, users } from "./identity-fixtures.ts";

useFreshDatabase();

async function addSession(userId: string) {
  await env.DB.prepare(
    `INSERT INTO session (id, user_id, generation, nonce, device_name, address, method, created_at, refreshed_at, expires_at)
     VALUES (?, ?, 1, 'n', 'phone', '192.0.2.7', 'password', 1, 1, 9e15)`,
  )
    .bind(crypto.randomUUID(), userId)
    .run();
}

describe("creating users", () => {
  it("keeps the user, the link and the event together", async () => {
    expect(await users.isEmpty()).toBe(true);
    const ada = await add("ada@example.org", "read");
    expect(ada).toMatchObject({ role: "read", state: "active", has_password: false, passkeys: 0 });
    expect(await users.isEmpty()).toBe(false);
    expect(await count("one_time_token", `user_id = '${ada.id}' AND purpose = 'link'`)).toBe(1);
    expect(await count("audit_outbox")).toBe(1);
  });

  it("refuses an address that is taken, and tells of nothing that did not happen", async () => {
    await add("ada@example.org", "read");
    await expect(add("ada@example.org", "write")).rejects.toMatchObject({ code: "user_exists" });
    expect([await count("user"), await count("one_time_token"), await count("audit_outbox")]).toEqual([
      1, 1, 1,
    ]);
  });

  it("lets only super_admins make admins", async () => {
    await expect(add("b@example.org", "admin", "admin")).rejects.toMatchObject({ code: "permission_denied" });
    await expect(add("b@example.org", "super_admin", "admin")).rejects.toMatchObject({
      code: "permission_denied",
    });
    await add("b@example.org", "write", "admin");
    await add("c@example.org", "admin", "super_admin");
    expect(await count("user")).toBe(2);
  });
});

describe("changing users", () => {
  it("signs a user out who is disabled, others not", async () => {
    const ada = await add("ada@example.org", "read");
    const bob = await add("bob@example.org", "read");
    await addSession(ada.id);
    await addSession(bob.id);
    const now = await users.update(ada.id, { state: "disabled" }, "admin", [event()]);
    expect(now.state).toBe("disabled");
    expect(await count("session", `user_id = '${ada.id}' AND ended_at IS NOT NULL`)).toBe(1);
    expect(await count("session", `user_id = '${bob.id}' AND ended_at IS NULL`)).toBe(1);
    expect(await count("one_time_token", `user_id = '${ada.id}'`)).toBe(0);
  });

  it("keeps admins from those who are admins only", async () => {
    const boss = await add("boss@example.org", "super_admin");
    const reader = await add("reader@example.org", "read");
    const refused = { code: "permission_denied" };
    await expect(users.update(boss.id, { name: "x" }, "admin", [event()])).rejects.toMatchObject(refused);
    await expect(users.update(reader.id, { role: "admin" }, "admin", [event()])).rejects.toMatchObject(
      refused,
    );
    await expect(users.keepLink(boss.id, link(), "admin", [event()])).rejects.toMatchObject(refused);
    await expect(users.remove(boss.id, { erase: true }, "admin", [event()])).rejects.toMatchObject(refused);
    expect(await count("audit_outbox")).toBe(2);
  });

  it("says that there is no such user", async () => {
    const missing = { code: "user_not_found" };
    await expect(users.get("usr_none")).rejects.toMatchObject(missing);
    await expect(users.update("usr_none", { name: "x" }, "super_admin", [event()])).rejects.toMatchObject(
      missing,
    );
    await expect(users.remove("usr_none", { erase: true }, "super_admin", [event()])).rejects.toMatchObject(
      missing,
    );
    expect(await count("audit_outbox")).toBe(0);
  });
});

describe("a password that is hashed anew", () => {
  it("does not come back after it was changed", async () => {
    const ada = await add("ada@example.org", "read");
    const set = (hash: string) =>
      env.DB.prepare("UPDATE user SET password_hash = ? WHERE id = ?").bind(hash, ada.id).run();
    const hashOf = async () => (await users.findByEmail(ada.email))?.passwordHash;
    await set("first");
    await users.renewPasswordHash(ada.id, "first", "first, anew");
    expect(await hashOf()).toBe("first, anew");
    await set("second");
    await users.renewPasswordHash(ada.id, "first, anew", "first, once more");
    expect(await hashOf()).toBe("second");
  });
});

describe("the last super_admin", () => {
  it("can be neither demoted, disabled nor deleted", async () => {
    const boss = await add("boss@example.org", "super_admin");
    const last = { code: "last_super_admin" };
    await expect(users.update(boss.id, { role: "read" }, "super_admin", [])).rejects.toMatchObject(last);
    await expect(users.update(boss.id, { state: "disabled" }, "super_admin", [])).rejects.toMatchObject(last);
    await expect(users.remove(boss.id, { erase: false }, "super_admin", [])).rejects.toMatchObject(last);
    expect(await users.get(boss.id)).toMatchObject({ role: "super_admin", state: "active" });
  });

  it("is left when several go at once", async () => {
    const bosses = await Promise.all([1, 2, 3, 4].map((n) => add(`boss${n}@example.org`, "super_admin")));
    const outcomes = await Promise.allSettled(
      bosses.map(({ id }, n) =>
        n % 2 === 0
          ? users.remove(id, { erase: false }, "super_admin", [])
          : users.update(id, { role: "read" }, "super_admin", []),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await count("user", "role = 'super_admin' AND state = 'active'")).toBe(1);
  });

  it("is not a disabled one", async () => {
    const [one, two] = [await add("1@example.org", "super_admin"), await add("2@example.org", "super_admin")];
    await users.update(one.id, { state: "disabled" }, "super_admin", []);
    await expect(users.remove(two.id, { erase: false }, "super_admin", [])).rejects.toMatchObject({
      code: "last_super_admin",
    });
    await users.remove(one.id, { erase: false }, "super_admin", []);
  });
});

describe("deleting users", () => {
  const asked = async (userId: string) => {
    const id = crypto.randomUUID();
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO query (id, collection_id, user_id, question, mode, answered, answer, citations, passages, timings, degraded, created_at)
         VALUES (?, 'col_default', ?, 'q', 'hybrid', 0, '', '[]', '[]', '{}', '[]', 1)`,
      ).bind(id, userId),
      env.DB.prepare("INSERT INTO feedback (query_id, thumb, created_at) VALUES (?, 'up', 1)").bind(id),
    ]);
  };
  const surroundings = async (userId: string) => {
    await addSession(userId);
    await asked(userId);
    await env.DB.batch([
      env.DB.prepare("INSERT INTO subject_key (subject, sealed_key, created_at) VALUES (?, 'k', 1)").bind(
        userId,
      ),
      env.DB.prepare(
        "INSERT INTO access_grant VALUES ('collection', 'col_default', 'user', ?, 'read', 1)",
      ).bind(userId),
      env.DB.prepare(
        `INSERT INTO api_key (id, user_id, name, hash, scopes, created_at) VALUES ('key-of-' || ?1, ?1, 'k', 'h', '["ask"]', 1)`,
      ).bind(userId),
      env.DB.prepare(
        `INSERT INTO idempotency (key, fingerprint, created_at)
         VALUES (?1 || ' POST /api/v1/query a', 'f', 1), ('key-of-' || ?1 || ' POST /api/v1/query a', 'f', 1)`,
      ).bind(userId),
      env.DB.prepare("INSERT OR IGNORE INTO user_group (id, name, created_at) VALUES ('grp_1', 'g', 1)"),
      env.DB.prepare("INSERT INTO group_member VALUES ('grp_1', ?)").bind(userId),
    ]);
  };
  const mine = (userId: string) =>
    Promise.all([
      count("user", `id = '${userId}'`),
      count("session", `user_id = '${userId}'`),
      count("one_time_token", `user_id = '${userId}'`),
      count("access_grant", `subject_id = '${userId}'`),
      count("group_member", `user_id = '${userId}'`),
      count("api_key", `user_id = '${userId}'`),
      count("idempotency", `instr(key, '${userId}') > 0`),
      count("query", `user_id = '${userId}'`),
      count("feedback", `query_id IN (SELECT id FROM query WHERE user_id = '${userId}')`),
      count("subject_key", `subject = '${userId}' AND sealed_key = 'k'`),
    ]);

  it("ends the account, and erases the person when told to", async () => {
    const ada = await add("ada@example.org", "read");
    const bob = await add("bob@example.org", "read");
    await surroundings(ada.id);
    await surroundings(bob.id);
    await users.remove(ada.id, { erase: false }, "admin", [event()]);
    expect(await mine(ada.id)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    await users.remove(ada.id, { erase: true }, "admin", [event()]);
    expect(await mine(ada.id)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await mine(bob.id)).toEqual([1, 1, 1, 1, 1, 1, 2, 1, 1, 1]);
    expect(await count("feedback")).toBe(1);
    await expect(users.remove(ada.id, { erase: true }, "admin", [event()])).rejects.toMatchObject({
      code: "user_not_found",
    });
  });
});

describe("listing users", () => {
  it("pages through all, newest first, and finds one by the address", async () => {
    for (const n of [1, 2, 3]) await add(`u${n}@example.org`, "read");
    const first = await users.list({ limit: 2 });
    const second = await users.list({ limit: 2, cursor: first.next_cursor ?? "" });
    expect(second.next_cursor).toBeNull();
    expect([...first.items, ...second.items].map(({ email }) => email).sort()).toEqual([
      "u1@example.org",
      "u2@example.org",
      "u3@example.org",
    ]);
    const found = await users.list({ limit: 2, email: "u2@example.org" });
    expect(found.items.map(({ email }) => email)).toEqual(["u2@example.org"]);
    expect((await users.findByEmail("u2@example.org"))?.id).toBe(found.items[0]?.id);
    expect(await users.findByEmail("nobody@example.org")).toBeNull();
  });
});
