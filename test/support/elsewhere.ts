import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import worker from "../../workers/index.ts";

/** A request to a deployment with other settings, at another address. */
export async function elsewhere(
  settings: Record<string, unknown>,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  const ctx = createExecutionContext();
  const reply = await worker.fetch(new Request(url, init), Object.assign({ ...env }, settings), ctx);
  await waitOnExecutionContext(ctx);
  return reply;
}
