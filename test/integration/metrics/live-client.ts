import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ClientFrame, ServerFrame } from "../../../workers/contract/live.ts";
import worker from "../../../workers/index.ts";

const open = new Set<LiveClient>();

/** Closes the sockets that a test left open. */
export async function closeSockets(): Promise<void> {
  const clients = [...open];
  for (const client of clients) client.close();
  await Promise.all(clients.map((client) => client.closed()));
}

export type Frame<Type extends ServerFrame["type"] = ServerFrame["type"]> = Extract<
  ServerFrame,
  { type: Type }
>;

/** A client of the live feed: frames wait here until a test asks for them. */
export class LiveClient {
  readonly #socket: WebSocket;
  readonly #frames: ServerFrame[] = [];
  readonly #texts: string[] = [];
  #closed: { code: number; reason: string } | null = null;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.#texts.push(data);
      else this.#frames.push(JSON.parse(String(data)) as ServerFrame);
      this.#wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#closed = { code, reason };
      this.#wake();
    });
    socket.accept();
    open.add(this);
  }

  send(frame: ClientFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string | ArrayBuffer): void {
    this.#socket.send(text);
  }

  close(): void {
    open.delete(this);
    this.#socket.close(1000, "done");
  }

  /** The next frame, which must be of a type. */
  async next<Type extends ServerFrame["type"]>(type: Type): Promise<Frame<Type>> {
    const frame = await this.#until(() => this.#frames.shift() ?? (this.#closed && "closed"));
    if (frame === "closed" || frame.type !== type)
      throw new Error(`Expected ${type}, got ${JSON.stringify(frame)}`);
    return frame as Frame<Type>;
  }

  pong(): Promise<string> {
    return this.#until(() => this.#texts.shift());
  }

  /** How the server closed. */
  closed(): Promise<{ code: number; reason: string }> {
    return this.#until(() => this.#closed);
  }

  async subscribe(
    frame: Omit<Extract<ClientFrame, { type: "subscribe" }>, "type">,
  ): Promise<Frame<"subscribed">> {
    this.send({ type: "subscribe", ...frame });
    return this.next("subscribed");
  }

  async #until<Found>(look: () => Found | null | undefined): Promise<Found> {
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The reply to a request that asks for a socket. */
export async function upgrade(headers: Record<string, string>, query = ""): Promise<Response> {
  const ctx = createExecutionContext();
  const request = new Request(`https://almanac.test/ws/metrics${query}`, {
    headers: { upgrade: "websocket", ...headers },
  });
  const response = await worker.fetch(request, env, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** A socket, with the welcome that it got. */
export async function listen(
  headers: Record<string, string>,
  query = "",
): Promise<{ client: LiveClient; welcome: Frame<"welcome"> }> {
  return welcomed(await upgrade(headers, query));
}

export async function welcomed(
  response: Response,
): Promise<{ client: LiveClient; welcome: Frame<"welcome"> }> {
  if (response.webSocket === null) throw new Error(`${response.status} ${await response.text()}`);
  const client = new LiveClient(response.webSocket);
  return { client, welcome: await client.next("welcome") };
}
