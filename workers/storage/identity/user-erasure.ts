import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { accessGrant } from "../access/schema.ts";
import { subjectKey } from "../audit/schema.ts";
import { destroyKeyStatements } from "../audit/subject-keys.ts";
import type { Database, Statement } from "../database.ts";
import { feedback, idempotency, query } from "../schema.ts";
import { apiKey, user } from "./schema.ts";

/**
 * Ends the account: sessions, keys, passkeys, links and memberships go with the row of the user, and before it the
 * replies that wait for a repeat of his requests, whose keys begin with who asked.
 */
export const removalStatements = (db: Database, id: string): Statement[] => [
  db.delete(idempotency).where(
    sql`substr(${idempotency.key}, 1, instr(${idempotency.key}, ' ') - 1)
        in (select ${id} union all select ${apiKey.id} from ${apiKey} where ${apiKey.userId} = ${id})`,
  ),
  db.delete(accessGrant).where(and(eq(accessGrant.subjectKind, "user"), eq(accessGrant.subjectId, id))),
  db.delete(user).where(eq(user.id, id)),
];

/**
 * Takes what tells of the person beyond the account: the questions with their answers and feedback, and the key
 * without which nobody reads the personal part of audit events. Documents stay: they belong to their collections.
 */
export const erasureStatements = (db: Database, id: string): Statement[] => [
  db
    .delete(feedback)
    .where(inArray(feedback.queryId, db.select({ id: query.id }).from(query).where(eq(query.userId, id)))),
  db.delete(query).where(eq(query.userId, id)),
  ...destroyKeyStatements(db, id),
];

/** Whether there is anything of the person, the account or what it left behind. */
export const hasResidue = (id: string): SQL => sql`(
  exists (select 1 from ${user} where ${user.id} = ${id})
  or exists (select 1 from ${query} where ${query.userId} = ${id})
  or exists (select 1 from ${subjectKey} where ${subjectKey.subject} = ${id} and ${subjectKey.sealedKey} <> ''))`;
