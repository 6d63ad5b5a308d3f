import type { ParseArgsConfig } from "node:util";
import { type AdminValues, UsageError } from "./admin/arguments.ts";
import { grantCommands } from "./admin/grants.ts";
import { groupCommands } from "./admin/groups.ts";
import { keyCommands } from "./admin/keys.ts";
import { userCommands } from "./admin/users.ts";
import type { Client } from "./client.ts";

export const ADMIN_USAGE = `
  almanac users list | add EMAIL [--name NAME] [--role ROLE] [--tier TIER]
  almanac users link | disable | enable | delete | erase USER
  almanac users role USER ROLE
  almanac keys list [--user USER | --all]
  almanac keys create NAME --scope SCOPE … [--only COLLECTION …] [--expires TIME]
  almanac keys revoke ID
  almanac keys rotate ID [--overlap SECONDS]         a new secret for an API key
  almanac keys rotate [--revoke]                     a new key to sign access tokens with
  almanac groups list | create NAME
  almanac groups delete | members GROUP
  almanac groups add | remove GROUP USER
  almanac grants list COLLECTION|DOCUMENT
  almanac grants set COLLECTION|DOCUMENT USER|GROUP read|write|manage
  almanac grants remove COLLECTION|DOCUMENT USER|GROUP

  USER is an id or an e-mail address, GROUP an id or a name, COLLECTION a name, DOCUMENT an id.
`;

/** The options of these commands, for `parseArgs`. */
export const ADMIN_OPTIONS = {
  name: { type: "string" },
  role: { type: "string" },
  tier: { type: "string" },
  user: { type: "string" },
  all: { type: "boolean" },
  scope: { type: "string", multiple: true },
  only: { type: "string", multiple: true },
  expires: { type: "string" },
  overlap: { type: "string" },
  revoke: { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

const COMMANDS = { users: userCommands, keys: keyCommands, groups: groupCommands, grants: grantCommands };

export const isAdminCommand = (command: string | undefined): command is keyof typeof COMMANDS =>
  command !== undefined && Object.hasOwn(COMMANDS, command);

/**
 * Runs one of the commands above.
 *
 * @returns what to print, or null for wrong usage
 * @throws ApiError
 * @example await runAdmin(client, "users", ["add", "ada@example.org"], { role: "write" })
 */
export async function runAdmin(
  client: Client,
  command: keyof typeof COMMANDS,
  [verb = "", ...rest]: string[],
  values: AdminValues,
): Promise<string | null> {
  const commands = COMMANDS[command];
  const run = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (run === undefined) return null;
  try {
    return await run(client, rest, values);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
