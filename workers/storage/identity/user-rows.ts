import { sql } from "drizzle-orm";
import type { User } from "../../contract/identity.ts";
import type { Database } from "../database.ts";
import { user } from "./schema.ts";

export type UserRow = typeof user.$inferSelect;

/** Columns of the subquery are written out: of a select from one table Drizzle leaves away the table's name. */
export const selectUsers = (db: Database) =>
  db
    .select({
      user,
      passkeys: sql<number>`(select count(*) from passkey where passkey.user_id = user.id)`,
    })
    .from(user)
    .$dynamic();

export const toUser = ({ user: row, passkeys }: { user: UserRow; passkeys: number }): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  tier: row.tier,
  state: row.state,
  has_password: row.passwordHash !== null,
  passkeys,
  created_at: new Date(row.createdAt).toISOString(),
  last_sign_in_at: row.lastSignInAt === null ? null : new Date(row.lastSignInAt).toISOString(),
});
