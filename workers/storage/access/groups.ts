import { and, asc, desc, eq, gt, lt, or, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Group } from "../../contract/identity.ts";
import type { PageRequest } from "../../contract/pagination.ts";
import { AppError } from "../../errors.ts";
import { auditStatements } from "../audit/outbox.ts";
import type { Cursors } from "../cursor.ts";
import { type Database, isUniqueConflict } from "../database.ts";
import { user } from "../identity/schema.ts";
import { userExists } from "../identity/user-guards.ts";
import { selectUsers, toUser } from "../identity/user-rows.ts";
import { newId } from "../ids.ts";
import { type Requirement, runBatchIf } from "../requirements.ts";
import { accessGrant, groupMember, userGroup } from "./schema.ts";

/** Groups of users in D1. */
export function groupRepository(db: Database, cursors: Cursors) {
  const isMember = async (groupId: string, userId: string): Promise<boolean> =>
    (await db.select().from(groupMember).where(membership(groupId, userId))).length > 0;

  return {
    newId: (): string => newId("grp", Date.now()),

    /** By name. */
    async list(request: PageRequest) {
      const after = request.cursor === undefined ? undefined : String(cursors.decode(request.cursor)[0]);
      const rows = await selectGroups(db)
        .where(after === undefined ? undefined : gt(userGroup.name, after))
        .orderBy(asc(userGroup.name))
        .limit(request.limit + 1);
      return cursors.page(rows, request.limit, toGroup, (row) => [row.name, row.id]);
    },

    /** @throws AppError `group_exists` */
    async create(id: string, name: string, events: PreparedEvent[]): Promise<Group> {
      const row = { id, name, createdAt: Date.now() };
      await runBatchIf(db, [], [db.insert(userGroup).values(row), ...auditStatements(db, events)]).catch(
        asTaken,
      );
      return toGroup({ ...row, members: 0 });
    },

    /** Takes the group's grants with it. @throws AppError `group_not_found` */
    async remove(id: string, events: PreparedEvent[]): Promise<void> {
      await runBatchIf(
        db,
        [groupExists(id)],
        [
          db
            .delete(accessGrant)
            .where(and(eq(accessGrant.subjectKind, "group"), eq(accessGrant.subjectId, id))),
          db.delete(userGroup).where(eq(userGroup.id, id)),
          ...auditStatements(db, events),
        ],
      );
    },

    /** Newest users first. @throws AppError `group_not_found` */
    async members(id: string, request: PageRequest) {
      await runBatchIf(db, [groupExists(id)], []);
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectUsers(db)
        .innerJoin(groupMember, eq(groupMember.userId, user.id))
        .where(
          and(
            eq(groupMember.groupId, id),
            after === undefined
              ? undefined
              : or(
                  lt(user.createdAt, Number(after[0])),
                  and(eq(user.createdAt, Number(after[0])), lt(user.id, after[1])),
                ),
          ),
        )
        .orderBy(desc(user.createdAt), desc(user.id))
        .limit(request.limit + 1);
      return cursors.page(rows, request.limit, toUser, (row) => [row.user.createdAt, row.user.id]);
    },

    /** Does nothing, and tells of nothing, when he is a member. @throws AppError `group_not_found`, `user_not_found` */
    async addMember(groupId: string, userId: string, events: PreparedEvent[]): Promise<void> {
      if (await isMember(groupId, userId)) return;
      await runBatchIf(
        db,
        [groupExists(groupId), userExists(userId)],
        [db.insert(groupMember).values({ groupId, userId }), ...auditStatements(db, events)],
      ).catch((error: unknown) => {
        // Somebody else added him meanwhile.
        if (!isUniqueConflict(error)) throw error;
      });
    },

    /** @throws AppError `group_not_found`, `user_not_found` when he is no member */
    async removeMember(groupId: string, userId: string, events: PreparedEvent[]): Promise<void> {
      await runBatchIf(
        db,
        [groupExists(groupId), memberExists(groupId, userId)],
        [db.delete(groupMember).where(membership(groupId, userId)), ...auditStatements(db, events)],
      );
    },
  };
}

export const groupExists = (id: string): Requirement => ({
  condition: sql`exists (select 1 from ${userGroup} where ${userGroup.id} = ${id})`,
  otherwise: () =>
    new AppError("group_not_found", { detail: `There is no group ${id}. GET /api/v1/groups lists them.` }),
});

const memberExists = (groupId: string, userId: string): Requirement => ({
  condition: sql`exists (select 1 from ${groupMember} where ${membership(groupId, userId)})`,
  otherwise: () =>
    new AppError("user_not_found", { detail: `User ${userId} is not a member of the group ${groupId}.` }),
});

const membership = (groupId: string, userId: string) =>
  and(eq(groupMember.groupId, groupId), eq(groupMember.userId, userId));

/** Columns of the subquery are written out: of a select from one table Drizzle leaves away the table's name. */
const selectGroups = (db: Database) =>
  db
    .select({
      id: userGroup.id,
      name: userGroup.name,
      createdAt: userGroup.createdAt,
      members: sql<number>`(select count(*) from group_member where group_member.group_id = user_group.id)`,
    })
    .from(userGroup)
    .$dynamic();

const toGroup = (row: { id: string; name: string; createdAt: number; members: number }): Group => ({
  id: row.id,
  name: row.name,
  members: row.members,
  created_at: new Date(row.createdAt).toISOString(),
});

const asTaken = (cause: unknown) => {
  if (!isUniqueConflict(cause)) throw cause;
  throw new AppError("group_exists", { detail: "Another group has this name. Take another one.", cause });
};
