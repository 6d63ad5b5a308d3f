import type { Client } from "../client.ts";

/** The options that were given. */
export interface AdminValues {
  name?: string | undefined;
  role?: string | undefined;
  tier?: string | undefined;
  user?: string | undefined;
  all?: boolean | undefined;
  scope?: string[] | undefined;
  only?: string[] | undefined;
  expires?: string | undefined;
  overlap?: string | undefined;
  revoke?: boolean | undefined;
}

/** Acts, and gives what to print. */
export type Command = (client: Client, rest: string[], values: AdminValues) => Promise<string>;

/** The command was not written as the usage says. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The arguments that a command takes, no fewer and no more. @throws UsageError */
export function exactly<Count extends 1 | 2 | 3>(rest: string[], count: Count): Arguments[Count] {
  if (rest.length !== count || rest.includes("")) throw new UsageError(`${count} arguments are needed.`);
  return rest as Arguments[Count];
}

interface Arguments {
  1: [string];
  2: [string, string];
  3: [string, string, string];
}

/** A value without the parts that were not given. */
export const withoutGaps = <Value extends object>(value: Value): Partial<Value> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<Value>;
