import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";
import { openDatabase } from "../../../workers/storage/database.ts";
import { user } from "../../../workers/storage/identity/schema.ts";
import { emptyStores } from "../../support/fresh-stores.ts";

export const ADA = "usr_01k9t3v6m2c8q4r5x7y1z0w9hb";
export const GRACE = "usr_01k9t3v6m2c8q4r5x7y1z0w9hc";

export const db = openDatabase(env.DB);

/** Gives each test a database of its own, with two users in it. */
export function useFreshDatabase(): void {
  beforeEach(async () => {
    await emptyStores();
    await db.insert(user).values([account(ADA, "ada@example.org"), account(GRACE, "grace@example.org")]);
  });
}

const account = (id: string, email: string): typeof user.$inferInsert => ({
  id,
  email,
  name: email,
  role: "read",
  tier: "authenticated",
  state: "active",
  passwordHash: "stored",
  createdAt: 0,
  updatedAt: 0,
});

/** The actions of the events that were written, in the order of their ids. */
export async function auditedActions(): Promise<string[]> {
  const { results } = await env.DB.prepare("select leaf from audit_outbox order by id").all<{
    leaf: string;
  }>();
  return results.map(({ leaf }) => (JSON.parse(leaf) as { action: string }).action);
}

let events = 0;

/** An event as a repository gets it: its leaf is not that of the real log. */
export async function preparedEvent(draft: { action: string }) {
  events += 1;
  return { id: `evt_${String(events).padStart(6, "0")}`, leaf: JSON.stringify(draft), createdAt: 0 };
}
