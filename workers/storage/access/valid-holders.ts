import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Role } from "../../contract/access.ts";
import type { Holder } from "../../monitoring/live/listener.ts";
import type { Database } from "../database.ts";
import { apiKey, session, user } from "../identity/schema.ts";

export const holderKey = ({ kind, id }: Holder): string => `${kind} ${id}`;

/** Of some credentials those that still hold, with the role of their user: asked in one batch, for many at once. */
export async function validHolders(
  db: Database,
  holders: readonly Holder[],
  now: number,
): Promise<Map<string, Role>> {
  if (holders.length === 0) return new Map();
  const idsOf = (kind: Holder["kind"]) => {
    const ids = new Set(holders.filter((holder) => holder.kind === kind).map(({ id }) => id));
    return sql`(select value from json_each(${JSON.stringify([...ids])}))`;
  };
  const [sessions, keys] = await db.batch([
    db
      .select({ id: session.id, role: user.role })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .where(
        and(
          inArray(session.id, idsOf("session")),
          isNull(session.endedAt),
          gt(session.expiresAt, now),
          eq(user.state, "active"),
        ),
      ),
    db
      .select({ id: apiKey.id, role: user.role })
      .from(apiKey)
      .innerJoin(user, eq(user.id, apiKey.userId))
      .where(
        and(
          inArray(apiKey.id, idsOf("key")),
          isNull(apiKey.revokedAt),
          or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now)),
          eq(user.state, "active"),
        ),
      ),
  ]);
  return new Map([
    ...sessions.map(({ id, role }) => [holderKey({ kind: "session", id }), role] as const),
    ...keys.map(({ id, role }) => [holderKey({ kind: "key", id }), role] as const),
  ]);
}
