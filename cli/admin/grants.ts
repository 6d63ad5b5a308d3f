import { z } from "zod";
import { Grant, GrantList } from "../../workers/contract/access.ts";
import type { Client } from "../client.ts";
import { formatTable } from "../table.ts";
import { type Command, exactly } from "./arguments.ts";
import { groupIdOf } from "./groups.ts";
import { allOf } from "./pages.ts";
import { userIdOf } from "./users.ts";

/** The grants of a document, when its id is named, or of a collection. */
const pathOf = (resource: string): string =>
  `/api/v1/${resource.startsWith("doc_") ? "documents" : "collections"}/${encodeURIComponent(resource)}/grants`;

async function subjectPath(client: Client, resource: string, subject: string): Promise<string> {
  const isUser = subject.includes("@") || subject.startsWith("usr_");
  const id = await (isUser ? userIdOf : groupIdOf)(client, subject);
  return `${pathOf(resource)}/${isUser ? "user" : "group"}/${id}`;
}

const formatGrants = (grants: Grant[]): string =>
  formatTable(
    ["KIND", "ID", "NAME", "LEVEL", "SINCE"],
    grants.map(({ subject, level, created_at }) => [
      subject.kind,
      subject.id,
      subject.name,
      level,
      created_at,
    ]),
  );

export const grantCommands: Record<string, Command> = {
  list: async (client, rest) => formatGrants(await allOf(client, pathOf(...exactly(rest, 1)), GrantList)),

  async set(client, rest) {
    const [resource, subject, level] = exactly(rest, 3);
    return formatGrants([
      await client.send("PUT", await subjectPath(client, resource, subject), Grant, { level }),
    ]);
  },

  async remove(client, rest) {
    const [resource, subject] = exactly(rest, 2);
    await client.send("DELETE", await subjectPath(client, resource, subject), z.undefined());
    return "Removed.";
  },
};
