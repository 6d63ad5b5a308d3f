import type { z } from "zod";
import { Failure, failureFromBody, isAbort } from "./failure.ts";

/** Sends a request and returns the response if it is a success. @throws {Failure} otherwise */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (isAbort(error)) throw error;
    throw new Failure("unreachable", "The server could not be reached. Check the connection and try again.");
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  throw failureFromBody(body, response.status, response.headers);
}

/** Reads JSON that must fit the contract. @throws {Failure} `contract_mismatch` when it does not */
export async function fetchJson<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  init: RequestInit = {},
): Promise<z.infer<Schema>> {
  const response = await send(path, { ...init, headers: { accept: "application/json", ...init.headers } });
  const body: unknown = await response.json().catch(() => null);
  return conform(schema, body, response.headers.get("x-request-id"));
}

/** The value as the contract has it. @throws {Failure} `contract_mismatch` */
export function conform<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  requestId: string | null,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new Failure(
    "contract_mismatch",
    `The server's answer does not fit this version of the dashboard${where && ` (at ${where})`}. Reload the page.`,
    { requestId },
  );
}

/** A request body in JSON, with its content type. */
export function json(value: unknown): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** `?a=1&b=2` of the values that are set; empty when none is. */
export function queryString(values: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  return query.size === 0 ? "" : `?${query}`;
}
