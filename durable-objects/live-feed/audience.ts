import type { ClientFrame, ServerFrame } from "../../workers/contract/live.ts";
import type { EventBatch, EventRing } from "../../workers/monitoring/live/event-ring.ts";
import { Flow } from "../../workers/monitoring/live/flow.ts";
import { newestOf, type Subject, subjectKey, Watch } from "../../workers/monitoring/live/subject.ts";
import { PromqlSyntaxError } from "../../workers/monitoring/promql/syntax/syntax-error.ts";
import { type Listener, listenerOf, objectionTo, type Subscription } from "./listener.ts";

/** The sockets of a hub and what they listen to. Those who want the same share the work of finding and writing it. */
export class Audience {
  readonly #sockets: () => WebSocket[];
  readonly #feed: string;
  readonly #ring: EventRing;
  #watches = new Map<string, Watch>();
  readonly #flows = new WeakMap<WebSocket, Flow>();

  constructor(feed: string, ring: EventRing, sockets: () => WebSocket[]) {
    this.#feed = feed;
    this.#ring = ring;
    this.#sockets = sockets;
    this.#watchAgain();
  }

  get isEmpty(): boolean {
    return this.#watches.size === 0;
  }

  /** What anybody listens to. */
  get subjects(): Watch[] {
    return [...this.#watches.values()];
  }

  welcome(expiresAt: number): ServerFrame {
    return {
      type: "welcome",
      feed: this.#feed,
      sequence: this.#ring.sequence,
      expires_at: new Date(expiresAt).toISOString(),
    };
  }

  flowOf(socket: WebSocket): Flow {
    const known = this.#flows.get(socket);
    if (known !== undefined) return known;
    const flow = new Flow();
    this.#flows.set(socket, flow);
    return flow;
  }

  subscribe(socket: WebSocket, frame: Extract<ClientFrame, { type: "subscribe" }>): void {
    const { id, topic, selector = null, after } = frame;
    const subscription: Subscription = { id, topic, selector };
    const listener = listenerOf(socket);
    const objection = objectionTo(listener, subscription) ?? this.#faultOf(subscription);
    if (objection !== null) {
      send(socket, { type: "error", id, code: "subscription_refused", detail: objection });
      return;
    }
    keep(socket, listener, [...listener.subscriptions.filter((other) => other.id !== id), subscription]);
    this.#watchAgain();
    send(socket, { type: "subscribed", id, sequence: this.#ring.sequence });
    if (after !== undefined) this.#sendMissed(socket, subscription, after);
  }

  unsubscribe(socket: WebSocket, id: string): void {
    const listener = listenerOf(socket);
    keep(
      socket,
      listener,
      listener.subscriptions.filter((subscription) => subscription.id !== id),
    );
    this.#watchAgain();
    send(socket, { type: "unsubscribed", id });
  }

  /** Forgets what nobody listens to any more. @param gone a socket that closes, and still counts as open */
  left(gone: WebSocket): void {
    this.#watchAgain(gone);
  }

  sendOut(batch: EventBatch, now: number): void {
    const written = new Map<string, string>();
    for (const [key, watch] of this.#watches) written.set(key, watch.jsonOf(batch));
    for (const socket of this.#sockets()) {
      for (const subscription of listenerOf(socket).subscriptions) {
        const events = written.get(subjectKey(subscription)) ?? "";
        if (events !== "" && this.flowOf(socket).admits(batch.sequence - 1, now)) {
          this.#sendEvents(socket, subscription.id, batch.sequence, events);
        }
      }
    }
  }

  /** A client that was behind gets the newest of what it missed, and hears that there was more. */
  acknowledged(socket: WebSocket, sequence: number): void {
    const flow = this.flowOf(socket);
    if (!flow.acknowledge(sequence)) return;
    const missed = (this.#ring.after(flow.behindAfter) ?? []).flatMap(({ events }) => events);
    for (const { id, ...subject } of listenerOf(socket).subscriptions) {
      const watch = this.#watches.get(subjectKey(subject));
      const own = watch === undefined ? [] : missed.filter((event) => watch.concerns(event));
      if (watch === undefined || own.length === 0) continue;
      send(socket, { type: "gap", id, reason: "slow", sequence: this.#ring.sequence });
      this.#sendEvents(socket, id, this.#ring.sequence, watch.jsonOf({ events: newestOf(own) }));
    }
  }

  #sendMissed(
    socket: WebSocket,
    { id, ...subject }: Subscription,
    after: { feed: string; sequence: number },
  ): void {
    const missed = after.feed === this.#feed ? this.#ring.after(after.sequence) : null;
    if (missed === null)
      send(socket, { type: "gap", id, reason: "forgotten", sequence: this.#ring.sequence });
    const watch = this.#watches.get(subjectKey(subject));
    for (const batch of missed ?? []) {
      const events = watch?.jsonOf(batch) ?? "";
      if (events !== "") this.#sendEvents(socket, id, batch.sequence, events);
    }
  }

  /** @param events JSON, separated by commas */
  #sendEvents(socket: WebSocket, id: string, sequence: number, events: string): void {
    const asks = this.flowOf(socket).sent(sequence, events.length) ? ',"acknowledge":true' : "";
    sendText(
      socket,
      `{"type":"events","id":${JSON.stringify(id)},"sequence":${sequence}${asks},"events":[${events}]}`,
    );
  }

  #faultOf(subject: Subject): string | null {
    try {
      new Watch(subject);
      return null;
    } catch (error) {
      if (error instanceof PromqlSyntaxError) return `The selector is not valid: ${error.message}`;
      throw error;
    }
  }

  #watchAgain(except: WebSocket | null = null): void {
    const watches = new Map<string, Watch>();
    for (const socket of this.#sockets()) {
      if (socket === except) continue;
      for (const subscription of listenerOf(socket).subscriptions) {
        const key = subjectKey(subscription);
        if (!watches.has(key)) watches.set(key, this.#watches.get(key) ?? new Watch(subscription));
      }
    }
    this.#watches = watches;
  }
}

export function send(socket: WebSocket, frame: ServerFrame): void {
  sendText(socket, JSON.stringify(frame));
}

/** A socket that closed in the meantime is told nothing more. */
function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

const keep = (socket: WebSocket, listener: Listener, subscriptions: Subscription[]): void =>
  socket.serializeAttachment({ ...listener, subscriptions } satisfies Listener);
