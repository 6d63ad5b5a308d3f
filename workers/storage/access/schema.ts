import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { GrantLevel, SubjectKind } from "../../contract/access.ts";
import { user } from "../identity/schema.ts";

/** All times are epoch milliseconds. */
const time = (name: string) => integer(name);

export const userGroup = sqliteTable("user_group", {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  createdAt: time("created_at").notNull(),
});

export const groupMember = sqliteTable(
  "group_member",
  {
    groupId: text("group_id")
      .notNull()
      .references(() => userGroup.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.userId] }),
    index("group_member_user").on(table.userId),
  ],
);

/** Who may do what with one collection or one document. */
export const accessGrant = sqliteTable(
  "access_grant",
  {
    resourceKind: text("resource_kind").$type<"collection" | "document">().notNull(),
    resourceId: text("resource_id").notNull(),
    subjectKind: text("subject_kind").$type<SubjectKind>().notNull(),
    subjectId: text("subject_id").notNull(),
    level: text().$type<GrantLevel>().notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resourceKind, table.resourceId, table.subjectKind, table.subjectId] }),
    index("access_grant_subject").on(table.subjectKind, table.subjectId),
  ],
);
