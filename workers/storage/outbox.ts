import { and, asc, count, eq, inArray, lte, min, sql } from "drizzle-orm";
import { type Database, MAX_LIST_PARAMETERS } from "./database.ts";
import { outbox } from "./schema.ts";

export type OutboxRow = typeof outbox.$inferSelect;

/** Promises of work outside D1: each row stays until the work is done, and the work may be done twice. */
export function outboxRepository(db: Database) {
  return {
    async due(limit: number): Promise<OutboxRow[]> {
      return db
        .select()
        .from(outbox)
        .where(lte(outbox.dueAt, Date.now()))
        .orderBy(asc(outbox.id))
        .limit(limit);
    },

    async done(ids: number[]): Promise<void> {
      for (let from = 0; from < ids.length; from += MAX_LIST_PARAMETERS) {
        await db.delete(outbox).where(inArray(outbox.id, ids.slice(from, from + MAX_LIST_PARAMETERS)));
      }
    },

    async ingestAnnounced(jobIds: string[]): Promise<void> {
      for (let from = 0; from < jobIds.length; from += MAX_LIST_PARAMETERS) {
        const keys = jobIds.slice(from, from + MAX_LIST_PARAMETERS);
        await db.delete(outbox).where(and(eq(outbox.topic, "ingest"), inArray(outbox.key, keys)));
      }
    },

    /** Promises to let go of bytes, unless a version refers to them by the time it is done. */
    async promiseRelease(sha256s: string[]): Promise<void> {
      const now = Date.now();
      await db
        .insert(outbox)
        .select(
          sql`select null, 'release', value, ${now}, ${now} from json_each(${JSON.stringify(sha256s)})`,
        );
    },

    /** Whether no version refers to the bytes any more but as to malware; if so the row that promises their release is taken. */
    async takeRelease(id: number, sha256: string): Promise<boolean> {
      const rows = await db.all<{ id: number }>(sql`delete from outbox where id = ${id}
        and not exists (select 1 from version where sha256 = ${sha256} and scan <> 'infected') returning id`);
      return rows.length > 0;
    },

    async postpone(id: number, dueAt: number): Promise<void> {
      await db.update(outbox).set({ dueAt }).where(eq(outbox.id, id));
    },

    /** Messages that the queue should have had by now, and how long the first of them waits. */
    async backlog(): Promise<{ unsent: number; oldestSeconds: number | null }> {
      const now = Date.now();
      const [row] = await db
        .select({ unsent: count(), oldest: min(outbox.dueAt) })
        .from(outbox)
        .where(and(eq(outbox.topic, "ingest"), lte(outbox.dueAt, now)));
      const oldest = row?.oldest ?? null;
      return { unsent: row?.unsent ?? 0, oldestSeconds: oldest === null ? null : (now - oldest) / 1000 };
    },
  };
}
