import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import type { PreparedEvent } from "../../../workers/audit/event.ts";
import type { Role } from "../../../workers/contract/access.ts";
import type { User } from "../../../workers/contract/identity.ts";
import { cursorCodec } from "../../../workers/storage/cursor.ts";
import { openDatabase } from "../../../workers/storage/database.ts";
import { userRepository } from "../../../workers/storage/identity/users.ts";
import { emptyStores } from "../../support/fresh-stores.ts";

export const database = openDatabase(env.DB);
export const cursors = cursorCodec("a secret that is only for this test");
export const users = userRepository(database, cursors);

/** Gives each test of a file a database of its own. */
export function useFreshDatabase(): void {
  beforeEach(emptyStores);
}

/** An event such as a handler prepares. */
export const event = (): PreparedEvent => ({
  id: `evt_${crypto.randomUUID()}`,
  leaf: "{}",
  createdAt: Date.now(),
});

export const link = () => ({ hash: crypto.randomUUID(), expiresAt: Date.now() + 60_000 });

export function addUser(email: string, role: Role, by: Role = "super_admin"): Promise<User> {
  const account = { id: users.newId(), email, name: email, role, tier: "authenticated" as const };
  return users.create(account, link(), by, [event()]);
}

export const count = async (table: string, where = "true"): Promise<number> =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).first<number>("n")) ?? -1;
