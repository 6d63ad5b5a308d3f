import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Passes requests on with an API key, for programs that cannot send one themselves. */
export async function startKeyGateway(
  target: URL,
  key: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((incoming, reply) => {
    const { method, url = "/", headers } = incoming;
    const { hostname, port } = target;
    const passed = { ...headers, host: target.host, authorization: `Bearer ${key}` };
    const outgoing = request({ hostname, port, method, path: url, headers: passed }, (response) => {
      reply.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(reply);
    });
    outgoing.on("error", () => reply.destroy());
    incoming.pipe(outgoing);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
