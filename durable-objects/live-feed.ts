import { DurableObject } from "cloudflare:workers";
import { ClientFrame } from "../workers/contract/live.ts";
import { EventRing } from "../workers/monitoring/live/event-ring.ts";
import type { LiveEvent } from "../workers/monitoring/live/live-event.ts";
import { newestOf } from "../workers/monitoring/live/subject.ts";
import { toPlainMatchers } from "../workers/monitoring/query/shard-reader.ts";
import { holderKey, validHolders } from "../workers/storage/access/valid-holders.ts";
import { openDatabase } from "../workers/storage/database.ts";
import { Audience, send } from "./live-feed/audience.ts";
import { type Listener, listenerOf } from "./live-feed/listener.ts";

/** Events are gathered for so long, in milliseconds, and go out together. */
const TICK_MS = 100;
const MAX_SOCKETS = 5_000;
const RING = { keepMs: 60_000, maxEvents: 50_000 };
/** More events than this in one tick: only the newest sample of each series goes out. */
const MAX_PENDING = 20_000;
/** Revocation reaches readers within five seconds. */
const CHECK_MS = 4_000;
/** Shards forget those that they do not hear from. */
const RENEW_MS = 30_000;
/** A client that is behind for so long is let go. */
const PATIENCE_MS = 60_000;
/** Sequences are reserved so many at a time: after a restart they go on behind those. */
const SEQUENCES = 100_000;
const MAX_FRAME = 16_384;
const POLICY_VIOLATION = 1008;

/** Where a hub stands: its number, and how many shards there are to hear from. */
interface Place {
  number: number;
  shards: number;
}

/** Who opens a socket; passed along with the request, by the Worker alone. */
export interface Opening extends Place {
  listener: Omit<Listener, "subscriptions">;
}

/**
 * A hub of the live feed: sends what happens to the sockets that subscribed to it. Sockets hibernate; what they
 * subscribed to stays with them. Hubs are numbered from 0, and hub 0 knows how many there are.
 */
export class LiveFeed extends DurableObject<Env> {
  readonly #audience: Audience;
  readonly #ring: EventRing;
  #reserved: number;
  #pending: LiveEvent[] = [];
  #tick: ReturnType<typeof setTimeout> | null = null;
  #renewedAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    const feed = kv.get<string>("feed") ?? crypto.randomUUID();
    kv.put("feed", feed);
    this.#reserved = kv.get<number>("reserved") ?? 0;
    this.#ring = new EventRing(this.#reserved, RING);
    this.#audience = new Audience(feed, this.#ring, () => ctx.getWebSockets());
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Opens a socket. 503 when the hub is full: the next one is to be tried. */
  override async fetch(request: Request): Promise<Response> {
    const { number, shards, listener } = JSON.parse(request.headers.get("x-opening") ?? "") as Opening;
    const open = this.ctx.getWebSockets().length;
    if (open >= MAX_SOCKETS) return new Response(null, { status: 503 });
    this.ctx.storage.kv.put<Place>("place", { number, shards });
    if (number > 0 && open === 0) await this.#hub(0).opened(number);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment({ ...listener, subscriptions: [] } satisfies Listener);
    send(server, this.#audience.welcome(listener.expiresAt));
    await this.#setAlarm();
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Takes what happened; it goes out with the next tick. @returns whether anybody listens */
  publish(events: LiveEvent[]): boolean {
    if (this.#audience.isEmpty) return false;
    this.#pending.push(...events);
    if (this.#pending.length > MAX_PENDING) this.#pending = newestOf(this.#pending);
    this.#tick ??= setTimeout(() => this.#sendOut(), TICK_MS);
    return true;
  }

  /** Hub 0 hears that there are more. */
  opened(number: number): void {
    const { kv } = this.ctx.storage;
    kv.put("hubs", Math.max(kv.get<number>("hubs") ?? 1, number + 1));
  }

  /** How many hubs there are, if this is hub 0. */
  hubs(): number {
    return this.ctx.storage.kv.get<number>("hubs") ?? 1;
  }

  sockets(): number {
    return this.ctx.getWebSockets().length;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const frame = frameOf(message);
    if (frame === null) {
      const detail = "Send one of the JSON frames that docs/live-feed.md describes.";
      send(socket, { type: "error", code: "invalid_frame", detail });
    } else if (frame.type === "acknowledge") this.#audience.acknowledged(socket, frame.sequence);
    else {
      if (frame.type === "subscribe") this.#audience.subscribe(socket, frame);
      else this.#audience.unsubscribe(socket, frame.id);
      await this.#tellShards();
    }
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#audience.left(socket);
    await this.#tellShards();
  }

  override async alarm(): Promise<void> {
    try {
      await this.#letGo(Date.now());
      if (Date.now() - this.#renewedAt >= RENEW_MS) await this.#tellShards();
    } finally {
      await this.#setAlarm();
    }
  }

  #sendOut(): void {
    this.#tick = null;
    if (this.#ring.sequence >= this.#reserved) {
      this.#reserved = this.#ring.sequence + SEQUENCES;
      this.ctx.storage.kv.put("reserved", this.#reserved);
    }
    const now = Date.now();
    const batch = this.#ring.add(this.#pending, now);
    this.#pending = [];
    this.#audience.sendOut(batch, now);
  }

  /** Closes the sockets of those whose credential holds no more, whose time is up, or who do not keep up. */
  async #letGo(now: number): Promise<void> {
    const sockets = this.ctx.getWebSockets();
    const holders = sockets.map((socket) => listenerOf(socket).heldBy);
    const valid = await validHolders(openDatabase(this.env.DB), holders, now);
    for (const socket of sockets) {
      const { heldBy, expiresAt } = listenerOf(socket);
      const behindSince = this.#audience.flowOf(socket).behindSince ?? now;
      if (!valid.has(holderKey(heldBy))) goodbye(socket, "revoked");
      else if (expiresAt <= now) goodbye(socket, "expired");
      else if (now - behindSince > PATIENCE_MS) goodbye(socket, "slow");
    }
  }

  /** Tells every shard which series are listened to here. */
  async #tellShards(): Promise<void> {
    this.#renewedAt = Date.now();
    const { number, shards } = this.ctx.storage.kv.get<Place>("place") ?? { number: 0, shards: 0 };
    const watched = this.#audience.subjects.filter(({ subject }) => subject.topic === "metrics");
    const selectors = watched.map(({ matchers }) => toPlainMatchers(matchers));
    const { METRIC_SHARD } = this.env;
    await Promise.all(
      Array.from({ length: shards }, (_, shard) =>
        METRIC_SHARD.get(METRIC_SHARD.idFromName(`shard-${shard}`)).watch(`hub-${number}`, selectors),
      ),
    );
  }

  async #setAlarm(): Promise<void> {
    if (this.ctx.getWebSockets().length > 0) await this.ctx.storage.setAlarm(Date.now() + CHECK_MS);
  }

  #hub(number: number) {
    return this.env.LIVE_FEED.get(this.env.LIVE_FEED.idFromName(`hub-${number}`));
  }
}

function frameOf(message: string | ArrayBuffer): ClientFrame | null {
  if (typeof message !== "string" || message.length > MAX_FRAME) return null;
  try {
    const frame = ClientFrame.safeParse(JSON.parse(message));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}

function goodbye(socket: WebSocket, reason: "expired" | "revoked" | "slow"): void {
  send(socket, { type: "goodbye", reason });
  socket.close(POLICY_VIOLATION, reason);
}
