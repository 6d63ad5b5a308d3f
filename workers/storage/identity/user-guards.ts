import { type SQL, sql } from "drizzle-orm";
import type { Role } from "../../contract/access.ts";
import { AppError } from "../../errors.ts";
import { hasRole } from "../../identity/principal.ts";
import type { Requirement } from "../requirements.ts";
import { user } from "./schema.ts";

/** @throws AppError `permission_denied` when somebody of role `by` may not make, change or be a user of that role */
export function assertMayGive(by: Role | null, role: Role): void {
  if (by !== "super_admin" && hasRole(role, "admin")) throw onlySuperAdmins();
}

export const userExists = (id: string): Requirement => ({
  condition: exists(sql`${user.id} = ${id}`),
  otherwise: () => userNotFound(id),
});

/** Only super_admins act on admins, whoever promoted these meanwhile. */
export const mayManage = (by: Role | null, id: string): Requirement => ({
  condition:
    by === "super_admin"
      ? sql`true`
      : sql`not ${exists(sql`${user.id} = ${id} and ${user.role} in ('admin', 'super_admin')`)}`,
  otherwise: onlySuperAdmins,
});

/** Somebody who can do everything is left when this user no longer can. */
export const superAdminStays = (id: string): Requirement => ({
  condition: sql`(not ${exists(sql`${user.id} = ${id} and ${activeSuperAdmin}`)}
    or ${exists(sql`${user.id} <> ${id} and ${activeSuperAdmin}`)})`,
  otherwise: () =>
    new AppError("last_super_admin", {
      detail: `User ${id} is the only active super_admin. Make somebody else super_admin first.`,
    }),
});

export const activeSuperAdmin = sql`${user.role} = 'super_admin' and ${user.state} = 'active'`;

export const userNotFound = (id: string) =>
  new AppError("user_not_found", { detail: `There is no user ${id}. GET /api/v1/users lists them.` });

const onlySuperAdmins = () =>
  new AppError("permission_denied", {
    detail: "Only a super_admin makes or changes users who are admin or super_admin. Ask one.",
  });

const exists = (condition: SQL) => sql`exists (select 1 from ${user} where ${condition})`;
