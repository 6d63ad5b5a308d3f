import { and, asc, eq, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Passkey } from "../../contract/identity.ts";
import { AppError } from "../../errors.ts";
import type { StoredPasskey } from "../../identity/passkeys.ts";
import { auditStatements } from "../audit/outbox.ts";
import { type Database, isUniqueConflict } from "../database.ts";
import { runBatchIf } from "../requirements.ts";
import { passkey } from "./schema.ts";

type Row = typeof passkey.$inferSelect;

/** Passkeys in D1. Those of other users are as good as not there. */
export function passkeyRepository(db: Database) {
  return {
    async find(id: string): Promise<StoredPasskey | null> {
      const [row] = await db.select().from(passkey).where(eq(passkey.id, id));
      return row ?? null;
    },

    /** What an authenticator is told of those that a user has, so that it does not make a second one. */
    async known(userId: string): Promise<Pick<StoredPasskey, "id" | "transports">[]> {
      return db
        .select({ id: passkey.id, transports: passkey.transports })
        .from(passkey)
        .where(eq(passkey.userId, userId));
    },

    /** The oldest first. */
    async list(userId: string): Promise<Passkey[]> {
      const rows = await db
        .select()
        .from(passkey)
        .where(eq(passkey.userId, userId))
        .orderBy(asc(passkey.createdAt), asc(passkey.id));
      return rows.map(toPasskey);
    },

    /** @throws AppError `passkey_exists` */
    async add(added: StoredPasskey, name: string, events: PreparedEvent[]): Promise<Passkey> {
      const row: Row = { ...added, name, createdAt: Date.now(), lastUsedAt: null };
      const batch = [db.insert(passkey).values(row), ...auditStatements(db, events)];
      await runBatchIf(db, [], batch).catch((cause: unknown) => {
        if (!isUniqueConflict(cause)) throw cause;
        throw new AppError("passkey_exists", { detail: "This passkey was added before.", cause });
      });
      return toPasskey(row);
    },

    /**
     * Notes that the passkey was used, if nobody did so with the same or a higher counter meanwhile.
     *
     * @returns whether its answer still counts
     */
    async use(id: string, counter: number): Promise<boolean> {
      const grows = sql`(${passkey.counter} < ${counter} or (${passkey.counter} = 0 and ${counter} = 0))`;
      const rows = await db
        .update(passkey)
        .set({ counter, lastUsedAt: Date.now() })
        .where(and(eq(passkey.id, id), grows))
        .returning({ id: passkey.id });
      return rows.length > 0;
    },

    /** @throws AppError `passkey_not_found` */
    async remove(userId: string, id: string, events: PreparedEvent[]): Promise<void> {
      const own = and(eq(passkey.userId, userId), eq(passkey.id, id));
      await runBatchIf(
        db,
        [{ condition: sql`exists (select 1 from ${passkey} where ${own})`, otherwise: () => notFound(id) }],
        [db.delete(passkey).where(own), ...auditStatements(db, events)],
      );
    },
  };
}

const toPasskey = (row: Row): Passkey => ({
  id: row.id,
  name: row.name,
  created_at: new Date(row.createdAt).toISOString(),
  last_used_at: row.lastUsedAt === null ? null : new Date(row.lastUsedAt).toISOString(),
});

const notFound = (id: string) =>
  new AppError("passkey_not_found", {
    detail: `You have no passkey ${id}. GET /api/v1/auth/passkeys lists yours.`,
  });
