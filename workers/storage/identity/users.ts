import { and, desc, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { PreparedEvent } from "../../audit/event.ts";
import type { Role, SubjectKind } from "../../contract/access.ts";
import type { User } from "../../contract/identity.ts";
import type { PageRequest } from "../../contract/pagination.ts";
import { AppError } from "../../errors.ts";
import { hasRole } from "../../identity/principal.ts";
import { auditStatements } from "../audit/outbox.ts";
import type { Cursors } from "../cursor.ts";
import { type Database, isUniqueConflict, type Statement } from "../database.ts";
import { newId } from "../ids.ts";
import { runBatchIf } from "../requirements.ts";
import { linkStatement, type StoredLink } from "./links.ts";
import { oneTimeToken, session, user } from "./schema.ts";
import { erasureStatements, hasResidue, removalStatements } from "./user-erasure.ts";
import { assertMayGive, mayManage, superAdminStays, userExists, userNotFound } from "./user-guards.ts";
import { selectUsers, toUser, type UserRow } from "./user-rows.ts";

export type { UserRow };

export interface NewAccount {
  id: string;
  email: string;
  name: string;
  role: Role;
  tier: UserRow["tier"];
}

export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  tier?: UserRow["tier"] | undefined;
  state?: User["state"] | undefined;
}

/** Users in D1. `by` is the role of the one who acts; what is refused leaves no trace, its events neither. */
export function userRepository(db: Database, cursors: Cursors) {
  return {
    newId: (): string => newId("usr", Date.now()),

    async isEmpty(): Promise<boolean> {
      return (await db.select({ id: user.id }).from(user).limit(1)).length === 0;
    },

    /** @param email in lower case */
    async findByEmail(email: string): Promise<UserRow | null> {
      const [row] = await db.select().from(user).where(eq(user.email, email));
      return row ?? null;
    },

    /** The subject by its id, where a user was named by the e-mail address. @throws AppError `user_not_found` */
    async identify(subject: { kind: SubjectKind; id: string }): Promise<{ kind: SubjectKind; id: string }> {
      if (subject.kind === "group" || !subject.id.includes("@")) return subject;
      const found = await this.findByEmail(subject.id.toLowerCase());
      if (found === null) throw userNotFound(subject.id);
      return { kind: "user", id: found.id };
    },

    /** @throws AppError `user_not_found` */
    async get(id: string): Promise<User> {
      const [row] = await selectUsers(db).where(eq(user.id, id));
      if (row === undefined) throw userNotFound(id);
      return toUser(row);
    },

    /** Newest first. @param request `email` narrows the list to the user of that address */
    async list(request: PageRequest & { email?: string | undefined }) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectUsers(db)
        .where(
          and(
            request.email === undefined ? undefined : eq(user.email, request.email),
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

    /** For acts on what belongs to a user. @throws AppError `user_not_found`, `permission_denied` */
    async assertManageable(id: string, by: Role | null): Promise<void> {
      await runBatchIf(db, [userExists(id), mayManage(by, id)], []);
    },

    /** Asked before anything is prepared for a new user. @throws AppError `permission_denied`, `user_exists` */
    async assertCreatable(
      { email, role }: Pick<NewAccount, "email" | "role">,
      by: Role | null,
    ): Promise<void> {
      assertMayGive(by, role);
      if ((await this.findByEmail(email)) !== null) throw taken();
    },

    /** @throws AppError `permission_denied`, `user_exists` */
    async create(
      account: NewAccount,
      link: StoredLink,
      by: Role | null,
      events: PreparedEvent[],
    ): Promise<User> {
      assertMayGive(by, account.role);
      await runBatchIf(
        db,
        [],
        [
          createStatement(db, account, Date.now()),
          linkStatement(db, account.id, link),
          ...auditStatements(db, events),
        ],
      ).catch(asTaken);
      return this.get(account.id);
    },

    /**
     * A user who is disabled is signed out everywhere, and his links end. Links also end where he becomes admin or
     * more: those who made them might not do so now.
     *
     * @throws AppError `user_not_found`, `permission_denied`, `last_super_admin`
     */
    async update(id: string, change: UserChange, by: Role | null, events: PreparedEvent[]): Promise<User> {
      if (change.role !== undefined) assertMayGive(by, change.role);
      const { name, role, tier, state } = change;
      const now = Date.now();
      const steps = [userExists(id), mayManage(by, id)];
      const loses = (role !== undefined && role !== "super_admin") || state === "disabled";
      await runBatchIf(db, loses ? [...steps, superAdminStays(id)] : steps, [
        ...(role !== undefined && hasRole(role, "admin") ? endAccessUnless(db, id, role, now) : []),
        db
          .update(user)
          .set({
            ...(name === undefined ? {} : { name }),
            ...(role === undefined ? {} : { role }),
            ...(tier === undefined ? {} : { tier }),
            ...(state === undefined ? {} : { state }),
            updatedAt: now,
          })
          .where(eq(user.id, id)),
        ...(state === "disabled" ? signOutStatements(db, id, now) : []),
        ...auditStatements(db, events),
      ]);
      return this.get(id);
    },

    /** Keeps a link by which the user signs in once. @throws AppError `user_not_found`, `permission_denied` */
    async keepLink(id: string, link: StoredLink, by: Role | null, events: PreparedEvent[]): Promise<void> {
      await runBatchIf(
        db,
        [userExists(id), mayManage(by, id)],
        [linkStatement(db, id, link), ...auditStatements(db, events)],
      );
    },

    /**
     * Deletes a user with his sessions, keys, passkeys, memberships and grants. To erase him as well takes what he
     * asked and the key to his data in the audit log; it can be done after he was deleted, too.
     *
     * @throws AppError `user_not_found`, `permission_denied`, `last_super_admin`
     */
    async remove(
      id: string,
      options: { erase: boolean },
      by: Role | null,
      events: PreparedEvent[],
    ): Promise<void> {
      const known = options.erase
        ? { condition: hasResidue(id), otherwise: () => userNotFound(id) }
        : userExists(id);
      await runBatchIf(
        db,
        [known, mayManage(by, id), superAdminStays(id)],
        [
          ...removalStatements(db, id),
          ...auditStatements(db, events),
          ...(options.erase ? erasureStatements(db, id) : []),
        ],
      );
    },

    /**
     * Stores a password that was hashed anew, unless it was changed meanwhile: the former one must not come back.
     *
     * @param former what was stored of it, with its parameters, as `identity/passwords` writes it
     */
    async renewPasswordHash(id: string, former: string, hash: string): Promise<void> {
      await db
        .update(user)
        .set({ passwordHash: hash, updatedAt: Date.now() })
        .where(and(eq(user.id, id), eq(user.passwordHash, former)));
    },
  };
}

/** For batches that make a user among other things. */
export const createStatement = (db: Database, account: NewAccount, now: number): Statement =>
  db.insert(user).values({ ...account, state: "active", createdAt: now, updatedAt: now });

const signOutStatements = (db: Database, id: string, now: number): Statement[] => [
  db
    .update(session)
    .set({ endedAt: now })
    .where(and(eq(session.userId, id), isNull(session.endedAt))),
  db.delete(oneTimeToken).where(eq(oneTimeToken.userId, id)),
];

/**
 * Ends the sessions and sign-in links of a user who has not this role yet: an admin of lower rank may have opened, or
 * may yet open, the account with them.
 */
function endAccessUnless(db: Database, id: string, role: Role, now: number): Statement[] {
  const rises = sql`exists (select 1 from ${user} where ${user.id} = ${id} and ${user.role} <> ${role})`;
  return [
    db.delete(oneTimeToken).where(and(eq(oneTimeToken.userId, id), eq(oneTimeToken.purpose, "link"), rises)),
    db
      .update(session)
      .set({ endedAt: now })
      .where(and(eq(session.userId, id), isNull(session.endedAt), rises)),
  ];
}

const asTaken = (cause: unknown) => {
  throw isUniqueConflict(cause) ? taken() : cause;
};

const taken = () =>
  new AppError("user_exists", {
    detail: "Another user has this address. Find them with GET /api/v1/users?email=…, or take another one.",
  });
