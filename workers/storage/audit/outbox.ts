import { asc, count, inArray, min } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import { type Database, MAX_LIST_PARAMETERS, runBatch, type Statement } from "../database.ts";
import { auditOutbox } from "./schema.ts";

const COLUMNS = 3;
const EVENTS_A_STATEMENT = Math.floor(MAX_LIST_PARAMETERS / COLUMNS);

/** Statements for the batch of an act, so that the act and the events that tell of it commit together. */
export function auditStatements(db: Database, events: PreparedEvent[]): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < events.length; from += EVENTS_A_STATEMENT) {
    statements.push(db.insert(auditOutbox).values(events.slice(from, from + EVENTS_A_STATEMENT)));
  }
  return statements;
}

/** Events on their way to the audit log: each stays until the log has confirmed it. */
export function auditOutboxRepository(db: Database) {
  return {
    /** For events that belong to no other write. */
    async write(events: PreparedEvent[]): Promise<void> {
      await runBatch(db, auditStatements(db, events));
    },

    /** The oldest first. */
    async take(limit: number): Promise<PreparedEvent[]> {
      return db
        .select()
        .from(auditOutbox)
        .orderBy(asc(auditOutbox.createdAt), asc(auditOutbox.id))
        .limit(limit);
    },

    async confirm(ids: string[]): Promise<void> {
      for (let from = 0; from < ids.length; from += MAX_LIST_PARAMETERS) {
        await db
          .delete(auditOutbox)
          .where(inArray(auditOutbox.id, ids.slice(from, from + MAX_LIST_PARAMETERS)));
      }
    },

    /** How many events wait, and since when (epoch milliseconds) the first of them does. */
    async backlog(): Promise<{ count: number; oldest: number | null }> {
      const [row] = await db.select({ count: count(), oldest: min(auditOutbox.createdAt) }).from(auditOutbox);
      return { count: row?.count ?? 0, oldest: row?.oldest ?? null };
    },
  };
}
