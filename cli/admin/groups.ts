import { z } from "zod";
import { Group, GroupPage, UserPage } from "../../workers/contract/identity.ts";
import type { Client } from "../client.ts";
import { formatTable } from "../table.ts";
import { type Command, exactly } from "./arguments.ts";
import { allOf } from "./pages.ts";
import { formatUsers, userIdOf } from "./users.ts";

/** The id of a group that is named by it or by its name. */
export async function groupIdOf(client: Client, named: string): Promise<string> {
  if (named.startsWith("grp_")) return named;
  const group = (await allOf(client, "/api/v1/groups", GroupPage)).find(({ name }) => name === named);
  if (group === undefined)
    throw new Error(`There is no group "${named}". \`almanac groups list\` shows all.`);
  return group.id;
}

const pathOf = async (client: Client, named: string): Promise<string> =>
  `/api/v1/groups/${await groupIdOf(client, named)}`;

const memberPath = async (client: Client, rest: string[]): Promise<string> => {
  const [group, user] = exactly(rest, 2);
  return `${await pathOf(client, group)}/members/${await userIdOf(client, user)}`;
};

export const groupCommands: Record<string, Command> = {
  async list(client) {
    const groups = await allOf(client, "/api/v1/groups", GroupPage);
    return formatTable(
      ["ID", "NAME", "MEMBERS"],
      groups.map(({ id, name, members }) => [id, name, String(members)]),
    );
  },

  async create(client, rest) {
    const [name] = exactly(rest, 1);
    const group = await client.send("POST", "/api/v1/groups", Group, { name });
    return `${group.name}: ${group.id}`;
  },

  async delete(client, rest) {
    await client.send("DELETE", await pathOf(client, ...exactly(rest, 1)), z.undefined());
    return "Deleted.";
  },

  async members(client, rest) {
    const path = await pathOf(client, ...exactly(rest, 1));
    return formatUsers(await allOf(client, `${path}/members`, UserPage));
  },

  async add(client, rest) {
    await client.send("PUT", await memberPath(client, rest), z.undefined());
    return "Added.";
  },

  async remove(client, rest) {
    await client.send("DELETE", await memberPath(client, rest), z.undefined());
    return "Removed.";
  },
};
