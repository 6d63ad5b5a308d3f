import type { z } from "zod";
import { exchange, readAs } from "./exchange.ts";
import { withinSession } from "./within-session.ts";

/** Sends a request within the session and returns the response if it is a success. @throws {Failure} otherwise */
export const send = (path: string, init: RequestInit = {}): Promise<Response> =>
  withinSession(() => exchange(path, init));

/** Reads JSON that must fit the contract. @throws {Failure} `contract_mismatch` when it does not */
export async function fetchJson<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  init: RequestInit = {},
): Promise<z.infer<Schema>> {
  return readAs(
    schema,
    await send(path, { ...init, headers: { accept: "application/json", ...init.headers } }),
  );
}
