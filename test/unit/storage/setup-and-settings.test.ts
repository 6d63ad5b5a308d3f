import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../../workers/contract/settings.ts";
import { runtimeSettingsRepository } from "../../../workers/storage/identity/runtime-settings.ts";
import { setupRepository } from "../../../workers/storage/identity/setup.ts";
import { addUser, count, database, event, link, useFreshDatabase, users } from "./identity-fixtures.ts";

useFreshDatabase();

const setup = setupRepository(database);
const settings = runtimeSettingsRepository(database);

const access = (userId: string) => ({
  link: link(),
  key: {
    id: crypto.randomUUID(),
    userId,
    name: "command line",
    hash: crypto.randomUUID(),
    scopes: ["ask" as const],
    collections: null,
    rateLimit: null,
    expiresAt: null,
  },
});

function begin(email: string) {
  const id = users.newId();
  const account = { id, email, name: email, role: "super_admin", tier: "authenticated" } as const;
  return setup.begin(account, access(id), [event()]);
}

describe("setting up", () => {
  it("makes one first user, however many try at once", async () => {
    const tries = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => begin(`boss${n}@example.org`)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of tries) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "already_set_up" });
    }
    for (const table of ["user", "api_key", "one_time_token", "audit_outbox"])
      expect(await count(table)).toBe(1);
  });

  it("recovers the oldest super_admin who is active", async () => {
    await expect(setup.firstSuperAdmin()).rejects.toMatchObject({ code: "user_not_found" });
    const first = await addUser("first@example.org", "super_admin");
    const second = await addUser("second@example.org", "super_admin");
    await users.update(first.id, { state: "disabled" }, "super_admin", []);
    const found = await setup.firstSuperAdmin();
    expect(found).toBe(second.id);
    await setup.recover(found, access(found), [event()]);
    expect(await count("api_key", `user_id = '${second.id}'`)).toBe(1);
    await expect(setup.recover("usr_x", access("usr_x"), [])).rejects.toMatchObject({
      code: "user_not_found",
    });
  });
});

describe("settings", () => {
  it("are the defaults until they are set, part by part", async () => {
    expect(await settings.load()).toEqual(DEFAULT_SETTINGS);
    const networks = { allow: [], deny: ["192.0.2.0/24"] };
    expect(await settings.update({ networks }, [event()])).toEqual({ ...DEFAULT_SETTINGS, networks });
    await settings.update({ signing_key_days: 7 }, [event()]);
    await settings.update({ signing_key_days: 9 }, [event()]);
    expect(await settings.load()).toEqual({ ...DEFAULT_SETTINGS, networks, signing_key_days: 9 });
    expect(await count("audit_outbox")).toBe(3);
  });

  it("that are stored but not understood are passed over", async () => {
    await env.DB.prepare(
      `INSERT INTO setting (name, value, updated_at)
       VALUES ('signing_key_days', '-4', 1), ('of_another_version', '{}', 1), ('networks', '{"allow": 3}', 1)`,
    ).run();
    expect(await settings.load()).toEqual(DEFAULT_SETTINGS);
  });
});
