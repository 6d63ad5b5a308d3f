import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/** The least that a live feed can be: a Durable Object with hibernating sockets, which tells all what one sends. */
const RELAY = `
import { DurableObject } from "cloudflare:workers";
export class Relay extends DurableObject {
  async fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(sender, message) {
    for (const socket of this.ctx.getWebSockets()) socket.send(message);
  }
}
export default { fetch: (request, env) => env.RELAY.get(env.RELAY.idFromName("relay")).fetch(request) };
`;

/** Runs `work` with the address of such a relay, in a runtime of its own. */
export async function withRelay<Result>(work: (url: URL) => Promise<Result>): Promise<Result> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      cf: false,
      port: 0,
      workers: [
        {
          name: "relay",
          compatibilityDate: "2026-11-02",
          modules: [{ type: "ESModule", path: "relay.js", contents: RELAY }],
          durableObjects: { RELAY: { className: "Relay", useSQLite: true } },
        },
      ],
    }),
  );
  try {
    return await work(await miniflare.ready);
  } finally {
    await miniflare.dispose();
  }
}
