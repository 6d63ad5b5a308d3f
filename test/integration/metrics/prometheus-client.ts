import { expect } from "vitest";
import { request, requestAs } from "../../support/api.ts";

export interface Envelope {
  status: "success" | "error";
  data: unknown;
  errorType?: string;
  error?: string;
  code?: string;
  warnings?: string[];
  infos?: string[];
}

const PREFIX = "/prometheus/api/v1";

/** What a client of Prometheus' HTTP API gets. */
export async function ask(
  path: string,
  parameters: Record<string, string | string[]> = {},
  { method = "GET", status = 200 }: { method?: "GET" | "POST"; status?: number } = {},
): Promise<Envelope> {
  const form = formOf(parameters);
  const reply =
    method === "GET"
      ? await request(`${PREFIX}${path}?${form}`)
      : await request(`${PREFIX}${path}`, {
          method,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: form.toString(),
        });
  return envelope(reply, status);
}

export const askAs = async (credential: string | null, path: string, status: number): Promise<Envelope> =>
  envelope(await requestAs(credential, `${PREFIX}${path}`), status);

async function envelope(reply: Response, status: number): Promise<Envelope> {
  const text = await reply.text();
  expect(reply.status, text).toBe(status);
  expect(reply.headers.get("content-type")).toBe("application/json");
  return JSON.parse(text) as Envelope;
}

function formOf(parameters: Record<string, string | string[]>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(parameters))
    for (const value of [values].flat()) form.append(name, value);
  return form;
}
