import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";

/** Bodies that are sent one after the other over one connection. */
export type Lane = readonly Uint8Array[];

/**
 * Sends all lanes at once.
 *
 * @returns milliseconds until the last reply
 * @throws Error for the first reply that is no success
 */
export async function sendLanes(
  url: string,
  headers: Record<string, string>,
  lanes: readonly Lane[],
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes.length });
  try {
    const startedAt = performance.now();
    await Promise.all(lanes.map((lane) => sendLane(agent, url, headers, lane)));
    return performance.now() - startedAt;
  } finally {
    agent.destroy();
  }
}

async function sendLane(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  lane: Lane,
): Promise<void> {
  for (const body of lane) {
    const sent = request(url, {
      agent,
      method: "POST",
      headers: { ...headers, "content-length": body.length },
    });
    sent.end(body);
    const [reply] = (await once(sent, "response")) as [IncomingMessage];
    let text = "";
    for await (const piece of reply) text += String(piece);
    const { statusCode = 0 } = reply;
    if (statusCode >= 300) throw new Error(`${url}: ${statusCode} ${text.slice(0, 500)}`);
  }
}
