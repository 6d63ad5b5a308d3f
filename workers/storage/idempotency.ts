import { and, eq, lt, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { idempotency } from "./schema.ts";

export interface KeptReply {
  status: number;
  body: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** After this long the first request has died without a reply, and a repeat may take its place. */
const UNDER_WAY_MS = 2 * 60 * 1000;

/** The replies that repeated requests get again, for a day. */
export function idempotencyRepository(db: Database) {
  return {
    /** Takes the key, or says who has it. */
    async begin(key: string, fingerprint: string): Promise<"begun" | "under_way" | "reused" | KeptReply> {
      const now = Date.now();
      const taken = await db
        .insert(idempotency)
        .values({ key, fingerprint, createdAt: now })
        .onConflictDoUpdate({
          target: idempotency.key,
          set: { fingerprint, status: null, body: null, createdAt: now },
          setWhere: sql`${idempotency.createdAt} < ${now - DAY_MS}
            or (${idempotency.status} is null and ${idempotency.createdAt} < ${now - UNDER_WAY_MS})`,
        })
        .returning({ key: idempotency.key });
      if (taken.length > 0) return "begun";
      const [row] = await db.select().from(idempotency).where(eq(idempotency.key, key));
      if (row === undefined) return "under_way";
      if (row.fingerprint !== fingerprint) return "reused";
      return row.status === null ? "under_way" : { status: row.status, body: row.body ?? "" };
    },

    async keep(key: string, reply: KeptReply): Promise<void> {
      await db.update(idempotency).set(reply).where(eq(idempotency.key, key));
    },

    /** Lets go of a key whose request failed, so that it can be tried again. */
    async release(key: string): Promise<void> {
      await db.delete(idempotency).where(and(eq(idempotency.key, key), sql`${idempotency.status} is null`));
    },

    async dropExpired(): Promise<void> {
      await db.delete(idempotency).where(lt(idempotency.createdAt, Date.now() - DAY_MS));
    },
  };
}
