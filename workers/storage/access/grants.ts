import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Grant, GrantLevel, SubjectKind } from "../../contract/access.ts";
import type { PageRequest } from "../../contract/pagination.ts";
import { AppError } from "../../errors.ts";
import { auditStatements } from "../audit/outbox.ts";
import type { Cursors } from "../cursor.ts";
import type { Database } from "../database.ts";
import { user } from "../identity/schema.ts";
import { userExists } from "../identity/user-guards.ts";
import { type Requirement, runBatchIf } from "../requirements.ts";
import { collection, document } from "../schema.ts";
import { groupExists } from "./groups.ts";
import { accessGrant, userGroup } from "./schema.ts";

export interface Resource {
  kind: "collection" | "document";
  id: string;
}

export interface Subject {
  kind: SubjectKind;
  id: string;
}

/** Who may do what with a collection or a document. Whether the one who asks may know or change it is checked before. */
export function grantRepository(db: Database, cursors: Cursors) {
  const find = async (resource: Resource, subject: Subject): Promise<Grant | null> => {
    const [row] = await selectGrants(db).where(and(on(resource), to(subject)));
    return row === undefined ? null : toGrant(row);
  };

  return {
    /** Groups first, in the order of their ids. */
    async list(resource: Resource, request: PageRequest) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectGrants(db)
        .where(
          and(
            on(resource),
            after === undefined
              ? undefined
              : or(
                  gt(accessGrant.subjectKind, after[0] as SubjectKind),
                  and(
                    eq(accessGrant.subjectKind, after[0] as SubjectKind),
                    gt(accessGrant.subjectId, after[1]),
                  ),
                ),
          ),
        )
        .orderBy(asc(accessGrant.subjectKind), asc(accessGrant.subjectId))
        .limit(request.limit + 1);
      return cursors.page(rows, request.limit, toGrant, ({ grant }) => [grant.subjectKind, grant.subjectId]);
    },

    /**
     * Takes the place of the grant there was; one of the same level stays as it is, and nothing is told of it.
     *
     * @throws AppError `user_not_found`, `group_not_found`, and the resource's `collection_not_found` or `document_not_found`
     */
    async set(
      resource: Resource,
      subject: Subject,
      level: GrantLevel,
      events: PreparedEvent[],
    ): Promise<Grant> {
      const known = await find(resource, subject);
      if (known?.level === level) return known;
      const row = { ...columnsOf(resource, subject), level, createdAt: Date.now() };
      await runBatchIf(
        db,
        [
          subject.kind === "user" ? userExists(subject.id) : groupExists(subject.id),
          resourceExists(resource),
        ],
        [
          db
            .insert(accessGrant)
            .values(row)
            .onConflictDoUpdate({
              target: [
                accessGrant.resourceKind,
                accessGrant.resourceId,
                accessGrant.subjectKind,
                accessGrant.subjectId,
              ],
              set: { level },
            }),
          ...auditStatements(db, events),
        ],
      );
      const made = await find(resource, subject);
      if (made === null) throw grantNotFound(resource, subject);
      return made;
    },

    /** @throws AppError `grant_not_found` */
    async remove(resource: Resource, subject: Subject, events: PreparedEvent[]): Promise<void> {
      const condition = and(on(resource), to(subject));
      await runBatchIf(
        db,
        [
          {
            condition: sql`exists (select 1 from ${accessGrant} where ${condition})`,
            otherwise: () => grantNotFound(resource, subject),
          },
        ],
        [db.delete(accessGrant).where(condition), ...auditStatements(db, events)],
      );
    },
  };
}

const on = ({ kind, id }: Resource) =>
  and(eq(accessGrant.resourceKind, kind), eq(accessGrant.resourceId, id));

const to = ({ kind, id }: Subject) => and(eq(accessGrant.subjectKind, kind), eq(accessGrant.subjectId, id));

const columnsOf = (resource: Resource, subject: Subject) => ({
  resourceKind: resource.kind,
  resourceId: resource.id,
  subjectKind: subject.kind,
  subjectId: subject.id,
});

/** A grant on what was deleted meanwhile would stay for good. */
function resourceExists({ kind, id }: Resource): Requirement {
  const table = kind === "collection" ? collection : document;
  return {
    condition: sql`exists (select 1 from ${table} where ${table.id} = ${id})`,
    otherwise: () =>
      new AppError(`${kind}_not_found`, { detail: `The ${kind} ${id} was deleted meanwhile.` }),
  };
}

const selectGrants = (db: Database) =>
  db
    .select({ grant: accessGrant, user: user.name, group: userGroup.name })
    .from(accessGrant)
    .leftJoin(user, and(eq(accessGrant.subjectKind, "user"), eq(user.id, accessGrant.subjectId)))
    .leftJoin(userGroup, and(eq(accessGrant.subjectKind, "group"), eq(userGroup.id, accessGrant.subjectId)))
    .$dynamic();

const toGrant = (row: {
  grant: typeof accessGrant.$inferSelect;
  user: string | null;
  group: string | null;
}): Grant => ({
  subject: {
    kind: row.grant.subjectKind,
    id: row.grant.subjectId,
    name: row.user ?? row.group ?? row.grant.subjectId,
  },
  level: row.grant.level,
  created_at: new Date(row.grant.createdAt).toISOString(),
});

const grantNotFound = (resource: Resource, subject: Subject) =>
  new AppError("grant_not_found", {
    detail: `The ${subject.kind} ${subject.id} has no grant of its own on the ${resource.kind} ${resource.id}.`,
  });
