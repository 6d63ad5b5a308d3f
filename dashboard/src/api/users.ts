import { NewUser, SignInLink, User, UserPage } from "./contract.ts";
import { json, queryString } from "./encode.ts";
import { Failure } from "./failure.ts";
import { fetchJson, send } from "./request.ts";

/** What admins set of a user; what is left out stays as it is. */
export type UserChange = Partial<Pick<User, "name" | "role" | "state">> & {
  readonly tier?: Exclude<User["tier"], "anonymous">;
};

export const listUsers = (cursor: string | null, signal: AbortSignal) =>
  fetchJson(UserPage, `/api/v1/users${queryString({ cursor })}`, { signal });

/** The user of an address. @throws {Failure} `user_not_found` */
export async function findUser(email: string): Promise<User> {
  const { items } = await fetchJson(UserPage, `/api/v1/users${queryString({ email })}`);
  const [found] = items;
  if (found === undefined) throw new Failure("user_not_found", `Nobody here has the address ${email}.`);
  return found;
}

/** @throws {Failure} `user_exists` */
export const createUser = (user: { readonly email: string } & Omit<UserChange, "state">) =>
  fetchJson(NewUser, "/api/v1/users", json(user));

/** @throws {Failure} `last_super_admin` */
export const updateUser = (id: string, change: UserChange) =>
  fetchJson(User, userPath(id), json(change, "PATCH"));

/** Makes a link that signs the user in once. */
export const makeLink = (id: string) => fetchJson(SignInLink, `${userPath(id)}/link`, { method: "POST" });

/** Signs a user out everywhere. */
export async function endSessionsOf(id: string): Promise<void> {
  await send(`${userPath(id)}/sessions`, { method: "DELETE" });
}

/** @param erase whether also what the person asked, and their data in the audit log, is to be unreadable for good */
export async function deleteUser(id: string, erase: boolean): Promise<void> {
  await send(`${userPath(id)}${queryString({ erase: erase ? "true" : null })}`, { method: "DELETE" });
}

const userPath = (id: string) => `/api/v1/users/${encodeURIComponent(id)}`;
