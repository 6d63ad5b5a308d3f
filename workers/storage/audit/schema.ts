import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** All times are epoch milliseconds. */
const time = (name: string) => integer(name);

/** Events that the audit log has not confirmed yet; each is written in the batch of the act that it tells of. */
export const auditOutbox = sqliteTable(
  "audit_outbox",
  {
    id: text().primaryKey(),
    /** The leaf of the log, as `audit/leaf` writes it. */
    leaf: text().notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [index("audit_outbox_created").on(table.createdAt)],
);

/** The keys that a person's data in events is encrypted with; to destroy one is to erase the person. */
export const subjectKey = sqliteTable("subject_key", {
  /** A user's id, or `day:2026-11-21` for those whom we do not know. */
  subject: text().primaryKey(),
  /** Encrypted with a key derived from AUTH_SECRET. */
  sealedKey: text("sealed_key").notNull(),
  createdAt: time("created_at").notNull(),
});
