import { and, asc, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import { AppError } from "../../errors.ts";
import { auditStatements } from "../audit/outbox.ts";
import type { Database } from "../database.ts";
import { type Requirement, runBatchIf } from "../requirements.ts";
import { keyStatement, type NewApiKeyRow } from "./api-keys.ts";
import { linkStatement, type StoredLink } from "./links.ts";
import { user } from "./schema.ts";
import { activeSuperAdmin, userExists } from "./user-guards.ts";
import { createStatement, type NewAccount } from "./users.ts";

/** What opens the service to its first user: a link for the browser and a key for the command line. */
export interface Access {
  link: StoredLink;
  key: NewApiKeyRow;
}

/** How a service gets its first user, and how those who lost theirs get in again. */
export function setupRepository(db: Database) {
  return {
    /** Asked before anything is prepared for a first user. @throws AppError `already_set_up` */
    async assertNobody(): Promise<void> {
      await runBatchIf(db, [nobody], []);
    },

    /** Makes the first user; of two who try at once, one does. @throws AppError `already_set_up` */
    async begin(account: NewAccount, { link, key }: Access, events: PreparedEvent[]): Promise<void> {
      const now = Date.now();
      await runBatchIf(
        db,
        [nobody],
        [
          createStatement(db, account, now),
          linkStatement(db, account.id, link),
          keyStatement(db, key, now),
          ...auditStatements(db, events),
        ],
      );
    },

    /** The oldest super_admin who is active. @throws AppError `user_not_found` */
    async firstSuperAdmin(): Promise<string> {
      const [row] = await db
        .select({ id: user.id })
        .from(user)
        .where(and(activeSuperAdmin))
        .orderBy(asc(user.createdAt), asc(user.id))
        .limit(1);
      if (row !== undefined) return row.id;
      throw new AppError("user_not_found", {
        detail: "There is no active super_admin to recover. Set the service up first.",
      });
    },

    /** @throws AppError `user_not_found` */
    async recover(userId: string, { link, key }: Access, events: PreparedEvent[]): Promise<void> {
      await runBatchIf(
        db,
        [userExists(userId)],
        [linkStatement(db, userId, link), keyStatement(db, key, Date.now()), ...auditStatements(db, events)],
      );
    },
  };
}

const nobody: Requirement = {
  condition: sql`not exists (select 1 from ${user})`,
  otherwise: () =>
    new AppError("already_set_up", {
      detail:
        "There are users already. Send `recover: true` for a new link and key of the first super_admin.",
    }),
};
