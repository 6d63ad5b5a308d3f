import { and, desc, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Key } from "../../contract/identity.ts";
import type { PageRequest } from "../../contract/pagination.ts";
import { AppError } from "../../errors.ts";
import { auditStatements } from "../audit/outbox.ts";
import type { Cursors } from "../cursor.ts";
import type { Database, Statement } from "../database.ts";
import { isoOrNull } from "../document-rows.ts";
import { runBatchIf } from "../requirements.ts";
import { recentMarks } from "./recent-marks.ts";
import { apiKey } from "./schema.ts";
import { userExists } from "./user-guards.ts";

export type ApiKeyRow = typeof apiKey.$inferSelect;

/** A key as it is first stored; the secret itself never is. */
export type NewApiKeyRow = Pick<
  ApiKeyRow,
  "id" | "userId" | "name" | "hash" | "scopes" | "collections" | "rateLimit" | "expiresAt"
>;

/** Keys that one user may have which neither expired nor were revoked. */
const MAX_KEYS = 100;
/** How exact the time of the last use is. */
const MARK_EVERY_MS = 60_000;

const marks = recentMarks(MARK_EVERY_MS);

/** API keys in D1. `owner` narrows to one user's keys; null stands for everybody's. */
export function apiKeyRepository(db: Database, cursors: Cursors) {
  return {
    /** What a credential is checked against, or null when there is no such key. */
    async find(id: string): Promise<ApiKeyRow | null> {
      const [row] = await db.select().from(apiKey).where(eq(apiKey.id, id));
      return row ?? null;
    },

    /** @throws AppError `key_not_found`, also for a key of somebody else */
    async get(id: string, owner: string | null): Promise<Key> {
      const [row] = await selectKeys(db).where(and(eq(apiKey.id, id), ownedBy(owner)));
      if (row === undefined) throw keyNotFound(id);
      return toKey(row);
    },

    /** Newest first, revoked ones too. */
    async list(owner: string | null, request: PageRequest) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectKeys(db)
        .where(
          and(
            ownedBy(owner),
            after === undefined
              ? undefined
              : or(
                  lt(apiKey.createdAt, Number(after[0])),
                  and(eq(apiKey.createdAt, Number(after[0])), lt(apiKey.id, after[1])),
                ),
          ),
        )
        .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
        .limit(request.limit + 1);
      return cursors.page(rows, request.limit, toKey, (row) => [row.key.createdAt, row.key.id]);
    },

    /** @throws AppError `user_not_found`, `too_many_keys` */
    async create(row: NewApiKeyRow, events: PreparedEvent[]): Promise<Key> {
      const now = Date.now();
      const live = sql`select count(*) from ${apiKey} where ${apiKey.userId} = ${row.userId}
        and ${apiKey.revokedAt} is null and coalesce(${apiKey.expiresAt}, ${now} + 1) > ${now}`;
      await runBatchIf(
        db,
        [userExists(row.userId), { condition: sql`(${live}) < ${MAX_KEYS}`, otherwise: () => tooManyKeys() }],
        [keyStatement(db, row, now), ...auditStatements(db, events)],
      );
      return this.get(row.id, row.userId);
    },

    /** From then on the key opens nothing. @throws AppError `key_not_found`, `key_revoked` */
    async revoke(id: string, events: PreparedEvent[]): Promise<void> {
      await changeLive(db, id, { revokedAt: Date.now(), previousHash: null, previousUntil: null }, events);
    },

    /**
     * Gives the key another secret; the old one goes on to work for `overlapMs`.
     *
     * @throws AppError `key_not_found`, `key_revoked`
     */
    async rotate(id: string, hash: string, overlapMs: number, events: PreparedEvent[]): Promise<Key> {
      const previous =
        overlapMs === 0
          ? { previousHash: null, previousUntil: null }
          : { previousHash: sql`${apiKey.hash}`, previousUntil: Date.now() + overlapMs };
      await changeLive(db, id, { hash, ...previous }, events);
      return this.get(id, null);
    },

    /** Notes that the key was used, once a minute at most. */
    async markUsed(id: string): Promise<void> {
      const now = Date.now();
      if (!marks.isDue(id, now)) return;
      await db
        .update(apiKey)
        .set({ lastUsedAt: now })
        .where(
          and(eq(apiKey.id, id), or(isNull(apiKey.lastUsedAt), lt(apiKey.lastUsedAt, now - MARK_EVERY_MS))),
        );
    },
  };
}

/** For batches that make a key among other things. */
export const keyStatement = (db: Database, row: NewApiKeyRow, now: number): Statement =>
  db.insert(apiKey).values({ ...row, createdAt: now });

async function changeLive(
  db: Database,
  id: string,
  change: Parameters<ReturnType<typeof db.update<typeof apiKey>>["set"]>[0],
  events: PreparedEvent[],
): Promise<void> {
  const isThere = sql`select 1 from ${apiKey} where ${apiKey.id} = ${id}`;
  await runBatchIf(
    db,
    [
      { condition: sql`exists (${isThere})`, otherwise: () => keyNotFound(id) },
      { condition: sql`exists (${isThere} and ${apiKey.revokedAt} is null)`, otherwise: () => revoked(id) },
    ],
    [db.update(apiKey).set(change).where(eq(apiKey.id, id)), ...auditStatements(db, events)],
  );
}

const ownedBy = (owner: string | null) => (owner === null ? undefined : eq(apiKey.userId, owner));

/** Columns of the subquery are written out: of a select from one table Drizzle leaves away the table's name. */
const selectKeys = (db: Database) =>
  db
    .select({
      key: apiKey,
      collections: sql<string>`(select json_group_array(collection.name)
        from json_each(api_key.collections) part join collection on collection.id = part.value)`,
    })
    .from(apiKey)
    .$dynamic();

const toKey = ({ key, collections }: { key: ApiKeyRow; collections: string }): Key => ({
  id: key.id,
  name: key.name,
  hint: `alm_${key.id}`,
  user_id: key.userId,
  scopes: key.scopes,
  collections: key.collections === null ? null : (JSON.parse(collections) as string[]).sort(),
  rate_limit: key.rateLimit,
  created_at: new Date(key.createdAt).toISOString(),
  expires_at: isoOrNull(key.expiresAt),
  last_used_at: isoOrNull(key.lastUsedAt),
  revoked_at: isoOrNull(key.revokedAt),
});

const keyNotFound = (id: string) =>
  new AppError("key_not_found", { detail: `There is no key ${id}. GET /api/v1/keys lists yours.` });

const revoked = (id: string) =>
  new AppError("key_revoked", {
    detail: `Key ${id} was revoked, for good. Make another with POST /api/v1/keys.`,
  });

const tooManyKeys = () =>
  new AppError("too_many_keys", {
    detail: `A user has ${MAX_KEYS} keys at most. Revoke one that is not used any more: DELETE /api/v1/keys/{id}.`,
    extensions: { limit: MAX_KEYS },
  });
