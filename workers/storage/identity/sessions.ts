import { and, desc, eq, gt, isNull, lt, ne, type SQL, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Session } from "../../contract/identity.ts";
import { AppError } from "../../errors.ts";
import type { SessionStore, StoredSession } from "../../identity/sessions.ts";
import { auditStatements } from "../audit/outbox.ts";
import { auditOutbox } from "../audit/schema.ts";
import { type Database, runBatch, type Statement } from "../database.ts";
import { newId } from "../ids.ts";
import { runBatchIf } from "../requirements.ts";
import { oneTimeToken, session, user } from "./schema.ts";

/** Ended and expired sessions are kept so long, in milliseconds: a replayed token is told from a forged one. */
const KEEP_MS = 30 * 24 * 60 * 60_000;

/** Sessions in D1. Those of other users are as good as not there. */
export function sessionRepository(db: Database) {
  const store: SessionStore = {
    newId: (now) => newId("ses", now),

    async find(id) {
      const [row] = await db.select().from(session).where(eq(session.id, id));
      return row ?? null;
    },

    async begin(row, passwordHash, events) {
      const samePassword = passwordHash === null ? sql`true` : sql`${user.passwordHash} = ${passwordHash}`;
      const mayEnter = sql`${user.id} = ${row.userId} and ${user.state} = 'active' and ${samePassword}`;
      await runBatchIf(
        db,
        [{ condition: sql`exists (select 1 from ${user} where ${mayEnter})`, otherwise: signInFailed }],
        [
          db.insert(session).values(row),
          db.update(user).set({ lastSignInAt: row.createdAt }).where(eq(user.id, row.userId)),
          ...auditStatements(db, events),
        ],
      );
    },

    async advance(id, generation, { now, address }, events) {
      return changed(
        db,
        and(eq(session.id, id), eq(session.generation, generation), isLive(now)),
        { generation: generation + 1, refreshedAt: now, address },
        events,
      );
    },

    async endReplayed(id, now, events) {
      await changed(db, and(eq(session.id, id), isLive(now)), { endedAt: now }, events);
    },
  };

  return {
    ...store,

    /** Those that go on, the last used first. @param currentId the session that asks */
    async list(userId: string, currentId: string | null): Promise<Session[]> {
      const rows = await db
        .select()
        .from(session)
        .where(and(eq(session.userId, userId), isLive(Date.now())))
        .orderBy(desc(session.refreshedAt), desc(session.id));
      return rows.map((row) => toSession(row, currentId));
    },

    /** @throws AppError `session_not_found` */
    async rename(userId: string, id: string, deviceName: string, currentId: string | null): Promise<Session> {
      const [row] = await db
        .update(session)
        .set({ deviceName })
        .where(and(eq(session.userId, userId), eq(session.id, id), isLive(Date.now())))
        .returning();
      if (row === undefined) throw sessionNotFound(id);
      return toSession(row, currentId);
    },

    /** @throws AppError `session_not_found` */
    async end(userId: string, id: string, events: PreparedEvent[]): Promise<void> {
      const now = Date.now();
      const own = and(eq(session.userId, userId), eq(session.id, id), isLive(now));
      if (!(await changed(db, own, { endedAt: now }, events))) throw sessionNotFound(id);
    },

    /** @param keepId the session that goes on, if one is to */
    async endAll(userId: string, keepId: string | null, events: PreparedEvent[]): Promise<void> {
      await runBatch(db, [endStatement(db, userId, keepId, Date.now()), ...auditStatements(db, events)]);
    },

    /** Stores the user's new password and ends what the old one may have opened: other sessions, and links. */
    async replacePassword(
      userId: string,
      passwordHash: string,
      keepId: string | null,
      events: PreparedEvent[],
    ): Promise<void> {
      const now = Date.now();
      await runBatch(db, [
        db.update(user).set({ passwordHash, updatedAt: now }).where(eq(user.id, userId)),
        endStatement(db, userId, keepId, now),
        db.delete(oneTimeToken).where(and(eq(oneTimeToken.userId, userId), eq(oneTimeToken.purpose, "link"))),
        ...auditStatements(db, events),
      ]);
    },

    async dropExpired(): Promise<void> {
      const long = Date.now() - KEEP_MS;
      await db.delete(session).where(lt(session.expiresAt, long));
    },
  };
}

/** Changes the one session that fits; the events are written if there was one. */
async function changed(
  db: Database,
  which: SQL | undefined,
  change: Partial<StoredSession>,
  events: PreparedEvent[],
): Promise<boolean> {
  const [rows] = await db.batch([
    db.update(session).set(change).where(which).returning({ id: session.id }),
    ...events.map((event) => eventIfChanged(db, event)),
  ]);
  return rows.length > 0;
}

/** Writes the event if the statement before it in the batch changed a row. */
const eventIfChanged = (db: Database, { id, leaf, createdAt }: PreparedEvent) =>
  db.insert(auditOutbox).select(sql`select ${id}, ${leaf}, ${createdAt} where changes() > 0`);

const endStatement = (db: Database, userId: string, keepId: string | null, now: number): Statement =>
  db
    .update(session)
    .set({ endedAt: now })
    .where(
      and(eq(session.userId, userId), isLive(now), keepId === null ? undefined : ne(session.id, keepId)),
    );

const isLive = (now: number) => and(isNull(session.endedAt), gt(session.expiresAt, now));

const toSession = (row: StoredSession, currentId: string | null): Session => ({
  id: row.id,
  device_name: row.deviceName,
  current: row.id === currentId,
  created_at: new Date(row.createdAt).toISOString(),
  last_used_at: new Date(row.refreshedAt).toISOString(),
  expires_at: new Date(row.expiresAt).toISOString(),
  address: row.address,
});

const signInFailed = () =>
  new AppError("sign_in_failed", { detail: "The account was changed meanwhile. Sign in again." });

const sessionNotFound = (id: string) =>
  new AppError("session_not_found", {
    detail: `There is no session ${id} that goes on. GET /api/v1/auth/sessions lists yours.`,
  });
