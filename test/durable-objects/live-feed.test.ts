import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { Listener } from "../../workers/monitoring/live/listener.ts";
import { createBase } from "../../workers/services/base.ts";
import { liveServices } from "../../workers/services/live.ts";
import { closeSockets, type Frame, type LiveClient, welcomed } from "../integration/metrics/live-client.ts";
import { useFreshStores } from "../support/api.ts";
import { useClock } from "../support/clock.ts";
import { addUser } from "../support/credentials.ts";
import { batchOf } from "./metric-shard-samples.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

useFreshStores();
const advance = useClock();
afterEach(async () => {
  await closeSockets();
  for (const number of [0, 1]) {
    await hub(number).hubs();
    await evictDurableObject(hub(number), { webSockets: "close" });
  }
});

const hub = (number = 0) => env.LIVE_FEED.get(env.LIVE_FEED.idFromName(`hub-${number}`));
const shard = (number = 0) => env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`shard-${number}`));
const isAlarmSet = () =>
  runInDurableObject(hub(), async (_, { storage }) => (await storage.getAlarm()) !== null);

function feed({ maxSockets = 5_000, shards = 1 } = {}) {
  const work: Promise<unknown>[] = [];
  const base = createBase(env, (promise) => work.push(promise));
  const { liveFeed } = liveServices(base, async () => shards, maxSockets);
  return { liveFeed, done: () => Promise.all(work) };
}

async function listener(): Promise<Omit<Listener, "subscriptions">> {
  const { userId } = await addUser("read");
  const id = await env.DB.prepare("SELECT id FROM api_key WHERE user_id = ?")
    .bind(userId)
    .first<string>("id");
  return {
    heldBy: { kind: "key", id: id ?? "" },
    role: "read",
    topics: ["metrics", "alerts"],
    expiresAt: Date.now() + 15 * MINUTE,
  };
}

async function listen(options: Parameters<typeof feed>[0] = {}): Promise<LiveClient> {
  return (await welcomed(await feed(options).liveFeed.open(await listener()))).client;
}

const alert = (text: string) => ({ topic: "alerts" as const, time: Date.now(), data: { text } });
const textsOf = ({ events }: Frame<"events">) => events.map((event) => "data" in event && event.data.text);
const sample = (name: string, value: number) => batchOf([[name, Date.now(), value]]);

describe("a client that does not keep up", () => {
  it("gets a gap and the newest once it acknowledges, while others get everything", async () => {
    const slow = await listen();
    const other = await listen();
    const series = ["a", "b"].map((job) => ["__name__", "up", "job", job, "pad", "x".repeat(400_000)]);
    for (const client of [slow, other]) await client.subscribe({ id: "m", topic: "metrics", selector: "up" });
    const values: (string | null | false)[] = [];
    for (let round = 0; round < 6; round += 1) {
      const events = series.map((labels) => ({
        topic: "metrics" as const,
        labels,
        time: round,
        value: round,
      }));
      await hub().publish({ events, lost: [] });
      const frame = await other.next("events");
      expect(frame.acknowledge).toBe(true);
      other.send({ type: "acknowledge", sequence: frame.sequence });
      values.push(...frame.events.map((event) => "value" in event && event.value));
    }
    expect(values).toEqual(["0", "0", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5"]);
    const first = await slow.next("events");
    const second = await slow.next("events");
    slow.send({ type: "acknowledge", sequence: first.sequence });
    slow.send({ type: "acknowledge", sequence: second.sequence });
    const gap = await slow.next("gap");
    expect(gap).toMatchObject({ id: "m", reason: "slow" });
    const { sequence, events } = await slow.next("events");
    expect(sequence).toBe(gap.sequence);
    expect(events.map((event) => "value" in event && event.value)).toEqual(["5", "5"]);
    expect(await hub().takeDropped()).toBe(6);
    expect(await hub().takeDropped()).toBe(0);
  });

  it("is let go when it stays behind for a minute", async () => {
    const slow = await listen();
    await slow.subscribe({ id: "a", topic: "alerts" });
    const witness = await listen();
    await witness.subscribe({ id: "w", topic: "alerts" });
    for (let round = 0; round < 3; round += 1) {
      await hub().publish({ events: [alert("x".repeat(1_100_000))], lost: [] });
      witness.send({ type: "acknowledge", sequence: (await witness.next("events")).sequence });
    }
    await runDurableObjectAlarm(hub());
    advance(61 * SECOND);
    await runDurableObjectAlarm(hub());
    await slow.next("events");
    expect(await slow.next("goodbye")).toEqual({ type: "goodbye", reason: "slow" });
    expect(await slow.closed()).toEqual({ code: 1008, reason: "slow" });
  });
});

describe("a hub", () => {
  it("closes a socket when its time is up", async () => {
    const client = await listen();
    await runDurableObjectAlarm(hub());
    advance(15 * MINUTE);
    await runDurableObjectAlarm(hub());
    expect(await client.next("goodbye")).toEqual({ type: "goodbye", reason: "expired" });
    expect(await client.closed()).toEqual({ code: 1008, reason: "expired" });
  });

  it("sets its alarm as long as anybody listens, or may come back", async () => {
    const client = await listen();
    expect(await isAlarmSet()).toBe(true);
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    client.close();
    await client.closed();
    advance(59 * SECOND);
    await runDurableObjectAlarm(hub());
    expect(await isAlarmSet()).toBe(true);
    advance(2 * SECOND);
    await runDurableObjectAlarm(hub());
    expect(await isAlarmSet()).toBe(false);
  });

  it("that is full leaves the next socket to the next hub; what is published reaches both", async () => {
    const { liveFeed, done } = feed({ maxSockets: 2 });
    const clients: LiveClient[] = [];
    for (let opened = 0; opened < 3; opened += 1)
      clients.push((await welcomed(await liveFeed.open(await listener()))).client);
    const [hubs] = [await liveFeed.sockets()];
    expect(
      hubs
        .toSorted((a, b) => b.sockets - a.sockets)
        .map(({ sockets }) => sockets)
        .slice(0, 2),
    ).toEqual([2, 1]);
    for (const client of clients) await client.subscribe({ id: "a", topic: "alerts" });
    liveFeed.publish([alert("fire")]);
    await done();
    for (const client of clients) expect(textsOf(await client.next("events"))).toEqual(["fire"]);
  });

  it("thins out what is too much at once, and says so", async () => {
    const client = await listen();
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    const events = Array.from({ length: 20_001 }, (_, value) => ({
      topic: "metrics" as const,
      labels: ["__name__", "up", "job", String(value % 3)],
      time: value,
      value,
    }));
    await hub().publish({ events, lost: [] });
    expect(await client.next("gap")).toMatchObject({ id: "a", reason: "lost" });
    const told = await client.next("events");
    expect(told.events.map((event) => "value" in event && event.value)).toEqual(["19998", "19999", "20000"]);
    expect(await hub().takeDropped()).toBe(19_998);
  });

  it("hears from shards that were added while somebody listened", async () => {
    const client = await listen();
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    await env.DB.prepare("INSERT INTO metric_epoch (epoch, shards, starts_at) VALUES (2, 2, ?)")
      .bind(Date.now() + 15 * SECOND)
      .run();
    await runDurableObjectAlarm(hub());
    await shard(1).append(sample("up", 7));
    expect((await client.next("events")).events).toMatchObject([{ value: "7" }]);
  });
});

describe("a shard", () => {
  it("tells a hub as long as it hears from it, and forgets it then, after a restart too", async () => {
    const client = await listen();
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    const stored = () =>
      runInDurableObject(shard(), (_, { storage }) => [...storage.kv.list({ prefix: "watcher " })].length);
    advance(60 * SECOND);
    await runDurableObjectAlarm(hub());
    advance(60 * SECOND);
    await shard().append(sample("up", 1));
    expect((await client.next("events")).events).toMatchObject([{ value: "1" }]);
    expect(await stored()).toBe(1);
    advance(91 * SECOND);
    await shard().append(sample("up", 2));
    expect(await stored()).toBe(0);
    await evictDurableObject(shard());
    // A hub that was away for so long tells that there may be something missing.
    await runDurableObjectAlarm(hub());
    expect(await client.next("gap")).toMatchObject({ id: "a", reason: "lost" });
    advance(SECOND);
    await shard().append(sample("up", 3));
    expect((await client.next("events")).events).toMatchObject([{ value: "3" }]);
  });
});
