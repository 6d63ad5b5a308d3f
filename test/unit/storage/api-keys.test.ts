import { describe, expect, it } from "vitest";
import { apiKeyRepository, type NewApiKeyRow } from "../../../workers/storage/identity/api-keys.ts";
import { addUser, count, cursors, database, event, useFreshDatabase, users } from "./identity-fixtures.ts";

useFreshDatabase();

const keys = apiKeyRepository(database, cursors);

const keyOf = (userId: string, more: Partial<NewApiKeyRow> = {}): NewApiKeyRow => ({
  id: crypto.randomUUID(),
  userId,
  name: "a key",
  hash: crypto.randomUUID(),
  scopes: ["ask"],
  collections: null,
  rateLimit: null,
  expiresAt: null,
  ...more,
});

describe("keys", () => {
  it("tell their collections by the names these have now", async () => {
    const { id } = await addUser("ada@example.org", "read");
    const key = await keys.create(keyOf(id, { collections: ["col_default"] }), [event()]);
    expect(key).toMatchObject({ collections: ["default"], scopes: ["ask"], revoked_at: null, user_id: id });
    const all = await keys.create(keyOf(id), [event()]);
    expect(all.collections).toBeNull();
    const lost = await keys.create(keyOf(id, { collections: ["col_gone"] }), [event()]);
    expect(lost.collections).toEqual([]);
  });

  it("are their owner's, and page newest first", async () => {
    const ada = await addUser("ada@example.org", "read");
    const bob = await addUser("bob@example.org", "read");
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push(await keys.create(keyOf(ada.id), []));
    const other = await keys.create(keyOf(bob.id), []);
    await expect(keys.get(other.id, ada.id)).rejects.toMatchObject({ code: "key_not_found" });
    expect((await keys.get(other.id, null)).id).toBe(other.id);
    const first = await keys.list(ada.id, { limit: 2 });
    const rest = await keys.list(ada.id, { limit: 2, cursor: first.next_cursor ?? "" });
    expect(rest.next_cursor).toBeNull();
    expect([...first.items, ...rest.items].map(({ id }) => id).sort()).toEqual(
      made.map(({ id }) => id).sort(),
    );
    expect((await keys.list(null, { limit: 50 })).items).toHaveLength(4);
  });

  it("of one user are a hundred at most; those that no longer open anything do not count", async () => {
    const { id } = await addUser("ada@example.org", "read");
    await keys.create(keyOf(id, { expiresAt: Date.now() - 1000 }), []);
    for (let n = 0; n < 98; n += 1) await keys.create(keyOf(id), []);
    const racing = await Promise.allSettled([1, 2, 3, 4].map(() => keys.create(keyOf(id), [event()])));
    expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    await expect(keys.create(keyOf(id), [])).rejects.toMatchObject({ code: "too_many_keys" });
    // One event of the user's creation, two of the keys that were made.
    expect(await count("audit_outbox")).toBe(3);
  });

  it("are gone with their user", async () => {
    const { id } = await addUser("ada@example.org", "read");
    const key = await keys.create(keyOf(id), []);
    await users.remove(id, { erase: false }, "super_admin", []);
    expect(await keys.find(key.id)).toBeNull();
    await expect(keys.create(keyOf(id), [])).rejects.toMatchObject({ code: "user_not_found" });
  });
});

describe("rotating a key", () => {
  it("keeps the old secret for as long as it is told to", async () => {
    const { id } = await addUser("ada@example.org", "read");
    const row = keyOf(id);
    await keys.create(row, []);
    const before = Date.now();
    await keys.rotate(row.id, "second", 60_000, [event()]);
    const found = await keys.find(row.id);
    expect(found).toMatchObject({ hash: "second", previousHash: row.hash });
    expect(found?.previousUntil).toBeGreaterThanOrEqual(before + 60_000);
    await keys.rotate(row.id, "third", 0, [event()]);
    expect(await keys.find(row.id)).toMatchObject({ hash: "third", previousHash: null, previousUntil: null });
  });

  it("brings no revoked one back", async () => {
    const { id } = await addUser("ada@example.org", "read");
    const row = keyOf(id);
    await keys.create(row, []);
    await keys.rotate(row.id, "second", 60_000, []);
    await keys.revoke(row.id, [event()]);
    expect(await keys.find(row.id)).toMatchObject({ previousHash: null });
    const events = await count("audit_outbox");
    await expect(keys.rotate(row.id, "third", 0, [event()])).rejects.toMatchObject({ code: "key_revoked" });
    await expect(keys.revoke(row.id, [event()])).rejects.toMatchObject({ code: "key_revoked" });
    await expect(keys.revoke("none", [event()])).rejects.toMatchObject({ code: "key_not_found" });
    expect(await count("audit_outbox")).toBe(events);
    expect(await keys.find(row.id)).toMatchObject({ hash: "second" });
  });
});

describe("the time of a key's last use", () => {
  it("is noted when it is used", async () => {
    const { id } = await addUser("ada@example.org", "read");
    const row = keyOf(id);
    expect((await keys.create(row, [])).last_used_at).toBeNull();
    await keys.markUsed(row.id);
    const first = (await keys.get(row.id, id)).last_used_at;
    expect(first).not.toBeNull();
    await keys.markUsed(row.id);
    expect((await keys.get(row.id, id)).last_used_at).toBe(first);
  });
});
