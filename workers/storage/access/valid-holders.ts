import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { apiKey, session, user } from "../identity/schema.ts";

/** A credential that was found valid once. */
export interface Holder {
  readonly kind: "session" | "key";
  readonly id: string;
}

export const holderKey = ({ kind, id }: Holder): string => `${kind} ${id}`;

/** Of some credentials those that still are: asked in one batch, for many at once. */
export async function validHolders(
  db: Database,
  holders: readonly Holder[],
  now: number,
): Promise<Set<string>> {
  if (holders.length === 0) return new Set();
  const ids = (kind: Holder["kind"]) =>
    sql`(select value from json_each(${JSON.stringify(holders.flatMap((holder) => (holder.kind === kind ? holder.id : [])))}))`;
  const [sessions, keys] = await db.batch([
    db
      .select({ id: session.id })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .where(
        and(
          inArray(session.id, ids("session")),
          isNull(session.endedAt),
          gt(session.expiresAt, now),
          eq(user.state, "active"),
        ),
      ),
    db
      .select({ id: apiKey.id })
      .from(apiKey)
      .innerJoin(user, eq(user.id, apiKey.userId))
      .where(
        and(
          inArray(apiKey.id, ids("key")),
          isNull(apiKey.revokedAt),
          or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now)),
          eq(user.state, "active"),
        ),
      ),
  ]);
  return new Set([
    ...sessions.map(({ id }) => holderKey({ kind: "session", id })),
    ...keys.map(({ id }) => holderKey({ kind: "key", id })),
  ]);
}
