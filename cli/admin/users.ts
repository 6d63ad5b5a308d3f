import { z } from "zod";
import { NewUser, SignInLink, User, UserPage } from "../../workers/contract/identity.ts";
import type { Client } from "../client.ts";
import { formatTable } from "../table.ts";
import { type Command, exactly, withoutGaps } from "./arguments.ts";
import { allOf } from "./pages.ts";

/** The id of a user who is named by it or by an e-mail address. */
export async function userIdOf(client: Client, named: string): Promise<string> {
  if (!named.includes("@")) return named;
  const { items } = await client.send("GET", `/api/v1/users?email=${encodeURIComponent(named)}`, UserPage);
  const [user] = items;
  if (user === undefined) throw new Error(`There is no user ${named}. \`almanac users list\` shows all.`);
  return user.id;
}

export const formatUsers = (users: User[]): string =>
  formatTable(
    ["ID", "ADDRESS", "NAME", "ROLE", "TIER", "STATE", "LAST SIGN-IN"],
    users.map((user) => [
      user.id,
      user.email,
      user.name,
      user.role,
      user.tier,
      user.state,
      user.last_sign_in_at ?? "never",
    ]),
  );

const pathOf = async (client: Client, rest: string[]): Promise<string> =>
  `/api/v1/users/${await userIdOf(client, ...exactly(rest, 1))}`;

const change = async (client: Client, path: string, part: object): Promise<string> => {
  const user = await client.send("PATCH", path, User, part);
  return `${user.email}: ${user.role}, ${user.state}`;
};

const sayLink = ({ url, expires_at }: SignInLink): string => `Sign in once, until ${expires_at}:\n${url}`;

export const userCommands: Record<string, Command> = {
  list: async (client) => formatUsers(await allOf(client, "/api/v1/users", UserPage)),

  async add(client, rest, { name, role, tier }) {
    const [email] = exactly(rest, 1);
    const body = { email, ...withoutGaps({ name, role, tier }) };
    const { user, link } = await client.send("POST", "/api/v1/users", NewUser, body);
    return `${user.email}: ${user.role}, ${user.id}\n${sayLink(link)}`;
  },

  link: async (client, rest) =>
    sayLink(await client.send("POST", `${await pathOf(client, rest)}/link`, SignInLink)),

  async role(client, rest) {
    const [named, role] = exactly(rest, 2);
    return change(client, await pathOf(client, [named]), { role });
  },

  disable: async (client, rest) => change(client, await pathOf(client, rest), { state: "disabled" }),
  enable: async (client, rest) => change(client, await pathOf(client, rest), { state: "active" }),

  async delete(client, rest) {
    await client.send("DELETE", await pathOf(client, rest), z.undefined());
    return "Deleted.";
  },

  async erase(client, rest) {
    await client.send("DELETE", `${await pathOf(client, rest)}?erase=true`, z.undefined());
    return "Erased.";
  },
};
