import { DurableObject } from "cloudflare:workers";
import { LIVE_TOPICS } from "../workers/contract/live.ts";
import { settingsOf } from "../workers/env.ts";
import { Audience } from "../workers/monitoring/live/audience.ts";
import { EventRing } from "../workers/monitoring/live/event-ring.ts";
import { Gatherer } from "../workers/monitoring/live/gatherer.ts";
import type { Listener, Opening } from "../workers/monitoring/live/listener.ts";
import type { LiveEvent, Told } from "../workers/monitoring/live/live-event.ts";
import { holderKey, validHolders } from "../workers/storage/access/valid-holders.ts";
import { openDatabase } from "../workers/storage/database.ts";
import { createLog, describeError, type Log } from "../workers/telemetry/log.ts";
import { Client } from "./live-feed/client.ts";
import { FrameAnswers } from "./live-feed/frame-answers.ts";
import { Sequences } from "./live-feed/sequences.ts";
import { ShardWatch } from "./live-feed/shard-watch.ts";

/** Events are gathered for so long, in milliseconds, and go out together. */
const TICK_MS = 100;
const PENDING = { events: 20_000, characters: 8 * 1024 * 1024 };
const RING = { keepMs: 60_000, events: 50_000, characters: 16 * 1024 * 1024 };
const ROOM = { oneMember: 1024 * 1024, allMembers: 64 * 1024 * 1024 };
/** Revocation reaches readers within five seconds. */
const CHECK_MS = 4_000;
/** A client that is behind for so long is let go. */
const PATIENCE_MS = 60_000;
const MAX_FRAME = 16_384;
/** The next hub is announced when this part of the sockets is open: isolates hear of it seconds later. */
const NEARLY_FULL = 0.9;

const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;
const TOO_BIG = 1009;
const INTERNAL_ERROR = 1011;

/**
 * A hub of the live feed: sends what happens to the sockets that subscribed to it. Sockets hibernate; what they
 * subscribed to stays with them. Hubs are numbered from 0, and hub 0 knows how many there are.
 */
export class LiveFeed extends DurableObject<Env> {
  readonly #log: Log;
  readonly #sequences: Sequences;
  readonly #ring: EventRing;
  readonly #audience: Audience;
  readonly #shards: ShardWatch;
  readonly #answers: FrameAnswers;
  readonly #clients = new Map<WebSocket, Client>();
  readonly #pending = new Gatherer<LiveEvent>(PENDING);
  #tick: ReturnType<typeof setTimeout> | null = null;
  #dropped = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    const feed = kv.get<string>("feed") ?? crypto.randomUUID();
    kv.put("feed", feed);
    this.#log = createLog(settingsOf(env).LOG_LEVEL);
    this.#sequences = new Sequences(kv);
    this.#ring = new EventRing(this.#sequences.first, RING);
    this.#audience = new Audience(feed, this.#ring, ROOM);
    this.#shards = new ShardWatch(env, kv, this.#audience.subjects);
    this.#answers = new FrameAnswers({
      audience: this.#audience,
      log: this.#log,
      tellShards: () => this.#shards.tell(),
      reserve: () => this.#reserve(),
    });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    for (const socket of ctx.getWebSockets()) this.#wakeUp(socket);
  }

  /** Opens a socket. 503 when the hub is full: the next one is to be tried. */
  override async fetch(request: Request): Promise<Response> {
    const { maxSockets, listener, ...place } = JSON.parse(request.headers.get("x-opening") ?? "") as Opening;
    if (this.sockets() + 1 >= maxSockets * NEARLY_FULL) await this.#announce(place.number + 1);
    if (this.sockets() >= maxSockets) return new Response(null, { status: 503 });
    this.#shards.place = place;
    const { 0: socket, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const client = this.#enter(server, listener);
    client.keep([]);
    this.#audience.welcome(client.member, listener.expiresAt);
    // An alarm that is set is not put off: where sockets are opened all the time, it would never ring.
    if ((await this.ctx.storage.getAlarm()) === null) await this.#setAlarm();
    return new Response(null, { status: 101, webSocket: socket });
  }

  /** Takes what happened; it goes out with the next tick. */
  publish(told: Told): void {
    if (this.#audience.subjects.size === 0) return;
    this.#pending.add(told);
    if (!this.#pending.isEmpty) this.#tick ??= setTimeout(() => this.#sendOut(), TICK_MS);
  }

  /** Hub 0 hears that there are more. */
  opened(number: number): void {
    this.ctx.storage.kv.put("hubs", Math.max(this.hubs(), number + 1));
  }

  /** How many hubs there are, if this is hub 0. */
  hubs(): number {
    return this.ctx.storage.kv.get<number>("hubs") ?? 1;
  }

  sockets(): number {
    return this.ctx.getWebSockets().length;
  }

  /** How many updates listeners did not get since somebody asked last. */
  takeDropped(): number {
    const dropped = this.#dropped + this.#audience.takeDropped();
    this.#dropped = 0;
    return dropped;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    if (typeof message !== "string") return this.#close(socket, UNSUPPORTED_DATA, "Send text.");
    if (message.length > MAX_FRAME) return this.#close(socket, TOO_BIG, "The frame is too long.");
    const mayGoOn = await this.#answers.answer(client, message, Date.now());
    if (mayGoOn) return;
    client.goodbye("too_many_frames");
    this.#left(socket);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#close(socket, NORMAL, "");
  }

  override async webSocketError(socket: WebSocket, error: unknown): Promise<void> {
    this.#log.info("live_socket_failed", { error: describeError(error) });
    this.#left(socket);
  }

  /** Looks after those who listen, as long as there are any, or may come back. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    try {
      await this.#letGo(now);
      this.#ring.forget(now);
      if (await this.#shards.renew(now, this.#audience.subjects.expire(now)))
        this.publish({ events: [], lost: ["metrics"] });
    } catch (error) {
      this.#log.error("live_feed_not_kept", { error: describeError(error) });
    } finally {
      await this.#setAlarm();
    }
  }

  #enter(socket: WebSocket, listener: Listener): Client {
    const client = new Client(socket, listener, this.#audience);
    this.#clients.set(socket, client);
    return client;
  }

  #wakeUp(socket: WebSocket): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const listener = socket.deserializeAttachment() as Listener;
    const { member } = this.#enter(socket, listener);
    try {
      for (const { id, topic, selector } of listener.subscriptions)
        this.#audience.goOn(member, id, { topic, selector }, Date.now());
    } catch (error) {
      // An older version took a selector that this one does not: one socket must not keep the hub from waking up.
      this.#log.error("live_socket_not_woken", { error: describeError(error) });
      this.#close(socket, INTERNAL_ERROR, "Connect again.");
    }
  }

  #left(socket: WebSocket): void {
    this.#clients.get(socket)?.leave();
    this.#clients.delete(socket);
  }

  #close(socket: WebSocket, code: number, reason: string): void {
    this.#left(socket);
    socket.close(code, reason);
  }

  #reserve(): void {
    this.#sequences.reserve(this.#ring.sequence + 1);
  }

  #sendOut(): void {
    this.#tick = null;
    try {
      this.#reserve();
      const told = this.#pending.take();
      this.#dropped += told.dropped;
      this.#audience.sendOut(told, Date.now());
    } catch (error) {
      this.#log.error("live_feed_not_sent", { error: describeError(error) });
      this.publish({ events: [], lost: LIVE_TOPICS });
    }
  }

  /** Closes the sockets of those whose credential or role holds no more, whose time is up, or who do not keep up. */
  async #letGo(now: number): Promise<void> {
    const clients = [...this.#clients];
    const overdue = (client: Client) => {
      if (client.listener.expiresAt <= now) return "expired";
      return now - (client.member.flow.behindSince ?? now) > PATIENCE_MS ? "slow" : null;
    };
    for (const [socket, client] of clients) {
      const reason = overdue(client);
      if (reason !== null) this.#dismiss(socket, client, reason);
    }
    const left = [...this.#clients];
    const holders = left.map(([, { listener }]) => listener.heldBy);
    const roles = await validHolders(openDatabase(this.env.DB), holders, now);
    for (const [socket, client] of left) {
      const { heldBy, role } = client.listener;
      if (roles.get(holderKey(heldBy)) !== role) this.#dismiss(socket, client, "revoked");
    }
  }

  #dismiss(socket: WebSocket, client: Client, reason: "expired" | "revoked" | "slow"): void {
    client.goodbye(reason);
    this.#left(socket);
  }

  async #announce(number: number): Promise<void> {
    const { kv } = this.ctx.storage;
    if (kv.get("isNextAnnounced") === true) return;
    await this.env.LIVE_FEED.get(this.env.LIVE_FEED.idFromName("hub-0")).opened(number);
    kv.put("isNextAnnounced", true);
  }

  async #setAlarm(): Promise<void> {
    if (this.sockets() > 0 || this.#audience.subjects.size > 0)
      await this.ctx.storage.setAlarm(Date.now() + CHECK_MS);
  }
}
