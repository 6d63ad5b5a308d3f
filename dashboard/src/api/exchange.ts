import type { z } from "zod";
import { Failure, failureFromBody, isAbort } from "./failure.ts";

/** Sends one request as it is and returns the response if it is a success. @throws {Failure} otherwise */
export async function exchange(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (isAbort(error)) throw error;
    throw new Failure("unreachable", "The server could not be reached. Check the connection and try again.");
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  throw failureFromBody(body, response.status, response.headers);
}

/** The JSON of a response, which must fit the contract. @throws {Failure} `contract_mismatch` when it does not */
export async function readAs<Schema extends z.ZodType>(
  schema: Schema,
  response: Response,
): Promise<z.infer<Schema>> {
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
