import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Key, Me, NewKey } from "../../workers/contract/identity.ts";
import { jsonInit, ok, post, problem, request, requestAs, useFreshStores } from "../support/api.ts";
import { addKey, addUser } from "../support/credentials.ts";

useFreshStores();

type Made = z.infer<typeof NewKey>;
type Keys = { items: Key[]; next_cursor: string | null };

const make = (body: object, credential: string) =>
  requestAs(credential, "/api/v1/keys", jsonInit("POST", body));
const idOf = (secret: string): string => secret.split("_")[1] ?? "";
const works = async (secret: string): Promise<boolean> =>
  (await requestAs(secret, "/api/v1/keys")).status === 200;

describe("keys", () => {
  it("are made, shown once, used and listed", async () => {
    const { userId, key: own } = await addUser("write");
    const { key, secret } = await ok<Made>(
      make(
        { name: "nightly", scopes: ["ask", "keys:manage", "ask"], expires_at: "2100-01-01T00:00:00Z" },
        own,
      ),
      201,
    );
    expect(key).toMatchObject({
      name: "nightly",
      scopes: ["ask", "keys:manage"],
      user_id: userId,
      collections: null,
      last_used_at: null,
      expires_at: "2100-01-01T00:00:00.000Z",
    });
    expect(secret.startsWith(key.hint)).toBe(true);
    expect(await ok<Me>(requestAs(secret, "/api/v1/auth/me"))).toMatchObject({
      credential: "key",
      key_id: key.id,
    });
    const listed = await (await requestAs(own, "/api/v1/keys")).text();
    expect(listed).toContain(key.id);
    expect(listed).not.toContain(secret.split("_")[2]);
  });

  it("work until they are revoked", async () => {
    const { key: own } = await addUser("read");
    const { key, secret } = await ok<Made>(make({ name: "k", scopes: ["keys:manage"] }, own), 201);
    expect(await works(secret)).toBe(true);
    const revoke = () => requestAs(own, `/api/v1/keys/${key.id}`, { method: "DELETE" });
    expect((await revoke()).status).toBe(204);
    expect(await works(secret)).toBe(false);
    expect((await revoke()).status).toBe(204);
    const rotate = requestAs(own, `/api/v1/keys/${key.id}/rotate`, jsonInit("POST", {}));
    expect(await problem(rotate)).toMatchObject({ status: 409, code: "key_revoked" });
  });

  it("rotate with an overlap or without", async () => {
    const { key: own } = await addUser("read");
    const { key, secret } = await ok<Made>(make({ name: "k", scopes: ["keys:manage"] }, own), 201);
    const rotate = (overlap_seconds: number) =>
      ok<Made>(requestAs(own, `/api/v1/keys/${key.id}/rotate`, jsonInit("POST", { overlap_seconds })));
    const second = await rotate(3600);
    expect([await works(secret), await works(second.secret)]).toEqual([true, true]);
    const third = await rotate(0);
    expect([await works(secret), await works(second.secret), await works(third.secret)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("are seen by admins, and revoked by those above their owner", async () => {
    const reader = await addUser("read");
    const admin = await addUser("admin");
    const boss = await addUser("super_admin");
    const of = (user: string) => ok<Keys>(requestAs(admin.key, `/api/v1/keys?user_id=${user}`));
    expect((await of(reader.userId)).items.map(({ id }) => id)).toEqual([idOf(reader.key)]);
    expect((await of("all")).items.length).toBeGreaterThanOrEqual(4);
    const revoke = (secret: string) =>
      requestAs(admin.key, `/api/v1/keys/${idOf(secret)}`, { method: "DELETE" });
    expect(await problem(revoke(boss.key))).toMatchObject({ status: 403, code: "permission_denied" });
    expect(await works(boss.key)).toBe(true);
    expect((await revoke(reader.key)).status).toBe(204);
    expect(await works(reader.key)).toBe(false);
  });

  it("are refused when they make no sense", async () => {
    expect(
      await problem(post("/api/v1/keys", { name: "k", scopes: ["ask"], expires_at: "2020-01-01T00:00:00Z" })),
    ).toMatchObject({ status: 422, code: "validation_failed" });
    expect(await problem(post("/api/v1/keys", { name: "k", scopes: [] }))).toMatchObject({ status: 422 });
    expect(
      await problem(post("/api/v1/keys", { name: "k", scopes: ["ask"], collections: ["nowhere"] })),
    ).toMatchObject({ status: 404, code: "collection_not_found" });
  });
});

describe("nobody gets more by a key", () => {
  it("than the key that makes it has", async () => {
    await ok(post("/api/v1/collections", { name: "one", visibility: "internal" }), 201);
    const { id: one } = await ok<{ id: string }>(request("/api/v1/collections/one"));
    const { userId } = await addUser("write");
    const narrow = await addKey(userId, ["ask", "keys:manage"], [one]);
    const denied = { status: 403, code: "permission_denied" };
    const within = { name: "k", scopes: ["ask"], collections: ["one"] };
    expect(await problem(make({ ...within, scopes: ["ask", "documents:write"] }, narrow))).toMatchObject(
      denied,
    );
    expect(await problem(make({ name: "k", scopes: ["ask"] }, narrow))).toMatchObject(denied);
    expect(await problem(make({ ...within, collections: ["default"] }, narrow))).toMatchObject({
      status: 404,
    });
    await ok(make(within, narrow), 201);
  });

  it("nor by rotating one that has more", async () => {
    const { userId, key: broad } = await addUser("write");
    const narrow = await addKey(userId, ["keys:manage"]);
    const rotate = (secret: string) =>
      requestAs(narrow, `/api/v1/keys/${idOf(secret)}/rotate`, jsonInit("POST", {}));
    expect(await problem(rotate(broad))).toMatchObject({ status: 403, code: "permission_denied" });
    expect(await works(broad)).toBe(true);
    await ok(rotate(narrow));
  });

  it("nor a key that lasts longer", async () => {
    const { key: own } = await addUser("read");
    const short = await ok<Made>(
      make({ name: "k", scopes: ["keys:manage"], expires_at: "2099-01-01T00:00:00Z" }, own),
      201,
    );
    const next = { name: "next", scopes: ["keys:manage"] };
    expect(await problem(make(next, short.secret))).toMatchObject({ code: "permission_denied" });
    await ok(make({ ...next, expires_at: "2099-01-01T00:00:00Z" }, short.secret), 201);
  });

  it("than their role allows", async () => {
    const { key: own } = await addUser("read");
    const denied = { status: 403, code: "permission_denied" };
    expect(await problem(make({ name: "k", scopes: ["users:manage"] }, own))).toMatchObject(denied);
    const inherited = await ok<Made>(make({ name: "k", scopes: ["ask"] }, own), 201);
    expect(inherited.key.rate_limit).toEqual({ per_minute: 1_000_000, burst: 100_000 });
    const fast = { name: "k", scopes: ["ask"], rate_limit: { per_minute: 100_000, burst: 10_000 } };
    expect(await problem(make(fast, own))).toMatchObject(denied);
    expect(await problem(requestAs(own, "/api/v1/keys?user_id=all"))).toMatchObject(denied);
  });

  it("of others", async () => {
    const ada = await addUser("read");
    const bob = await addUser("read");
    const path = `/api/v1/keys/${idOf(bob.key)}`;
    const missing = { status: 404, code: "key_not_found" };
    expect(await problem(requestAs(ada.key, path))).toMatchObject(missing);
    expect(await problem(requestAs(ada.key, path, { method: "DELETE" }))).toMatchObject(missing);
    for (const secret of [ada.key, (await addUser("super_admin")).key]) {
      expect(await problem(requestAs(secret, `${path}/rotate`, jsonInit("POST", {})))).toMatchObject(missing);
    }
    expect(await works(bob.key)).toBe(true);
  });
});
