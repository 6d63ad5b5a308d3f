import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../workers/contract/audit.ts";
import { DEFAULT_SETTINGS, type RuntimeSettings } from "../../workers/contract/settings.ts";
import { jsonInit, ok, problem, request, requestAs, useFreshStores } from "../support/api.ts";
import { addUser } from "../support/credentials.ts";

useFreshStores();

const ADDRESS = { "cf-connecting-ip": "192.0.2.7" };
const get = () => ok<RuntimeSettings>(request("/api/v1/settings"));
const patch = (change: object) => request("/api/v1/settings", jsonInit("PATCH", change, ADDRESS));

describe("settings", () => {
  it("are changed part by part, and the audit log tells which", async () => {
    expect(await get()).toEqual(DEFAULT_SETTINGS);
    const change = { networks: { allow: [], deny: ["198.51.100.0/24", "2001:db8::/32"] } };
    expect(await ok(patch(change))).toEqual({ ...DEFAULT_SETTINGS, ...change });
    await ok(patch({ signing_key_days: 7 }));
    expect(await get()).toEqual({ ...DEFAULT_SETTINGS, ...change, signing_key_days: 7 });
    const { items } = await ok<{ items: AuditEvent[] }>(request("/api/v1/audit?action=settings.changed"));
    expect(items.map(({ detail }) => detail)).toEqual([
      { changed: ["signing_key_days"] },
      { changed: ["networks"] },
    ]);
  });

  it("that make no sense are refused, and nothing is changed", async () => {
    const refused = { status: 422, code: "validation_failed" };
    for (const change of [
      {},
      { colour: "blue" },
      { signing_key_days: 0 },
      { cors_origins: ["javascript:alert(1)"] },
      { networks: { allow: ["300.0.0.0/8"], deny: [] } },
      { networks: { allow: [], deny: ["192.0.2.0/33"] } },
    ]) {
      expect(await problem(patch(change))).toMatchObject(refused);
    }
    expect(await get()).toEqual(DEFAULT_SETTINGS);
  });

  it("do not shut out the one who sets them", async () => {
    for (const networks of [
      { allow: ["198.51.100.0/24"], deny: [] },
      { allow: [], deny: ["192.0.2.0/24"] },
    ]) {
      expect(await problem(patch({ networks }))).toMatchObject({ status: 422, code: "validation_failed" });
    }
    await ok(patch({ networks: { allow: ["192.0.2.0/24"], deny: [] } }));
  });

  it("are the admins' matter", async () => {
    const { key } = await addUser("write");
    expect(await problem(requestAs(key, "/api/v1/settings"))).toMatchObject({ status: 403 });
    const change = jsonInit("PATCH", { signing_key_days: 7 });
    expect(await problem(requestAs(key, "/api/v1/settings", change))).toMatchObject({ status: 403 });
  });
});

describe("signing keys", () => {
  it("are replaced by super_admins, without anybody noticing", async () => {
    type Keys = { items: { kid: string; state: string }[] };
    const before = await ok<Keys>(request("/api/v1/signing-keys"));
    expect(before.items.map(({ state }) => state)).toEqual(["current"]);
    const after = await ok<Keys>(request("/api/v1/signing-keys/rotate", jsonInit("POST", {})));
    expect(after.items.map(({ state }) => state)).toEqual(["next", "current"]);
    expect(after.items[1]?.kid).toBe(before.items[0]?.kid);
    const { items } = await ok<{ items: AuditEvent[] }>(request("/api/v1/audit?action=signing_key.rotated"));
    expect(items.map(({ target, detail }) => [target?.id, detail])).toEqual([
      [after.items[0]?.kid, { revoke: false }],
    ]);
    const { key } = await addUser("admin");
    expect(await problem(requestAs(key, "/api/v1/signing-keys"))).toMatchObject({ status: 403 });
  });
});
