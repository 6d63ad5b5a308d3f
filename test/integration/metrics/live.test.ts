import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addText,
  ask,
  ingestAll,
  jsonInit,
  ok,
  problem,
  requestAs,
  useFreshStores,
} from "../../support/api.ts";
import { addSession, addUser, type Somebody } from "../../support/credentials.ts";
import { closeSockets, type Frame, type LiveClient, listen, upgrade } from "./live-client.ts";

useFreshStores();

let reader: Somebody;
let writer: Somebody;

beforeEach(async () => {
  reader = await addUser("read");
  writer = await addUser("write");
});

afterEach(closeSockets);

const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
const hub = () => env.LIVE_FEED.get(env.LIVE_FEED.idFromName("hub-0"));

let lastTime = 0;
/** Sends a sample of a series a millisecond after the last. */
const sendSample = (name: string, value: number, labels: Record<string, string> = {}) => {
  lastTime = Math.max(Date.now(), lastTime + 1);
  const metrics = [{ name, value, labels, timestamp: lastTime }];
  return ok(requestAs(writer.key, "/api/v1/metrics/batch", jsonInit("POST", { metrics })));
};

const valuesOf = ({ events }: Frame<"events">) => events.map((event) => "value" in event && event.value);
const refusal = async (client: LiveClient, id: string) => {
  const { code, detail, ...frame } = await client.next("error");
  expect([frame.id, code]).toEqual([id, "subscription_refused"]);
  return detail;
};

describe("a socket of the live feed", () => {
  it("opens for an API key, and for a ticket once", async () => {
    const { client, welcome } = await listen(bearer(reader));
    expect(Date.parse(welcome.expires_at)).toBeGreaterThan(Date.now());
    client.sendText("ping");
    expect(await client.pong()).toBe("pong");
    const { token } = await addSession(reader.userId, "read");
    const { ticket } = await ok<{ ticket: string }>(
      requestAs(token, "/api/v1/auth/tickets", { method: "POST" }),
      201,
    );
    await listen({}, `?ticket=${ticket}`);
    expect(await problem(upgrade({}, `?ticket=${ticket}`))).toMatchObject({ code: "credential_invalid" });
  });

  it("opens for nobody else", async () => {
    expect(await problem(upgrade({}))).toMatchObject({ code: "credential_missing" });
    const foreign = upgrade({ ...bearer(reader), origin: "https://forger.example" });
    expect(await problem(foreign)).toMatchObject({ code: "origin_not_allowed" });
    const { key } = await addUser("admin", { scopes: ["documents:read"] });
    expect(await problem(upgrade(bearer({ key })))).toMatchObject({ code: "scope_missing" });
    await env.DB.prepare("UPDATE api_key SET revoked_at = 1 WHERE user_id = ?").bind(reader.userId).run();
    expect(await problem(upgrade(bearer(reader)))).toMatchObject({ code: "credential_invalid" });
    expect(await problem(requestAs(writer.key, "/ws/metrics"))).toMatchObject({ code: "upgrade_required" });
  });

  it("closes within an alarm when its key, session or role is taken away, and no other does", async () => {
    const { client: kept } = await listen(bearer(writer));
    const { client: byKey } = await listen(bearer(reader));
    const { sessionId, token } = await addSession(reader.userId, "read");
    const { client: bySession } = await listen({ authorization: `Bearer ${token}` });
    const demoted = await addUser("admin");
    const { client: byRole } = await listen(bearer(demoted));
    await runDurableObjectAlarm(hub());
    await env.DB.batch([
      env.DB.prepare("UPDATE api_key SET revoked_at = 1 WHERE user_id = ?").bind(reader.userId),
      env.DB.prepare("UPDATE session SET ended_at = 1 WHERE id = ?").bind(sessionId),
      env.DB.prepare("UPDATE user SET role = 'read' WHERE id = ?").bind(demoted.userId),
    ]);
    expect(await runDurableObjectAlarm(hub())).toBe(true);
    for (const client of [byKey, bySession, byRole]) {
      expect(await client.next("goodbye")).toEqual({ type: "goodbye", reason: "revoked" });
      expect(await client.closed()).toEqual({ code: 1008, reason: "revoked" });
    }
    kept.sendText("ping");
    expect(await kept.pong()).toBe("pong");
  });
});

describe("frames", () => {
  it("that are none are answered with an error", async () => {
    const { client } = await listen(bearer(reader));
    const frames = ["", "{", "[]", '{"type":"shout"}', '{"type":"subscribe","id":"","topic":"alerts"}'];
    for (const text of [...frames, '{"type":"unsubscribe","id":"a","more":1}']) {
      client.sendText(text);
      expect((await client.next("error")).code, text).toBe("invalid_frame");
    }
  });

  it("that are too long or no text end the socket", async () => {
    const { client: wordy } = await listen(bearer(reader));
    wordy.sendText(" ".repeat(20_000));
    expect((await wordy.closed()).code).toBe(1009);
    const { client: binary } = await listen(bearer(reader));
    binary.sendText(new ArrayBuffer(8));
    expect((await binary.closed()).code).toBe(1003);
  });

  it("that come in masses end the socket", async () => {
    const { client } = await listen(bearer(reader));
    for (let sent = 0; sent < 200; sent += 1) client.send({ type: "unsubscribe", id: "a" });
    expect(await client.closed()).toEqual({ code: 1008, reason: "too_many_frames" });
  });

  it("that subscribe to what cannot be had are refused with the reason", async () => {
    const { client } = await listen(bearer(reader));
    client.send({ type: "subscribe", id: "q", topic: "queries" });
    expect(await refusal(client, "q")).toContain("admin");
    client.send({ type: "subscribe", id: "m", topic: "metrics" });
    expect(await refusal(client, "m")).toContain("selector");
    client.send({ type: "subscribe", id: "t", topic: "alerts", selector: "up" });
    expect(await refusal(client, "t")).toContain("no selector");
    for (const selector of ["up{", "rate(up[5m])", 'up{job=~"("}']) {
      client.send({ type: "subscribe", id: "s", topic: "metrics", selector });
      expect(await refusal(client, "s")).toContain("not valid");
    }
  });

  it("subscribe 32 times at most, with selectors that are not too long together", async () => {
    const { client } = await listen(bearer(reader));
    // As much as a socket can be made to remember: everything in two bytes, nearly all of the characters.
    const nameOf = (at: number) => `${"\u{100}".repeat(62)}${String(at).padStart(2, "0")}`;
    const selectorOf = (at: number) => `{a="${"\u{100}".repeat(120)}${String(at).padStart(2, "0")}"}`;
    for (let at = 0; at < 32; at += 1)
      await client.subscribe({ id: nameOf(at), topic: "metrics", selector: selectorOf(at) });
    await client.subscribe({ id: nameOf(0), topic: "metrics", selector: selectorOf(0) });
    client.send({ type: "subscribe", id: "one more", topic: "alerts" });
    expect(await refusal(client, "one more")).toContain("32 subscriptions");
    const { client: wordy } = await listen(bearer(reader));
    await wordy.subscribe({ id: "a", topic: "metrics", selector: `{a="${"b".repeat(2_500)}"}` });
    wordy.send({ type: "subscribe", id: "b", topic: "metrics", selector: `{a="${"c".repeat(2_500)}"}` });
    expect(await refusal(wordy, "b")).toContain("characters");
  });
});

describe("a subscription", () => {
  it("tells of the samples of the series that its selector takes, and of no others", async () => {
    const { client } = await listen(bearer(reader));
    await client.subscribe({ id: "a", topic: "metrics", selector: 'up{job=~"api|web"}' });
    const timestamp = Date.now();
    const metrics = [
      { name: "up", value: 1, labels: { job: "api", __proto__x: "y" }, timestamp },
      { name: "up", value: 0, labels: { job: "db" }, timestamp },
      { name: "up", value: "+Inf", labels: { job: "web" }, timestamp },
      { name: "up", value: 5, labels: { job: "web" }, timestamp },
      { name: "down", value: 1, labels: { job: "api" }, timestamp },
    ];
    await ok(requestAs(writer.key, "/api/v1/metrics/batch", jsonInit("POST", { metrics })));
    const { id, events } = await client.next("events");
    expect({ id, events }).toEqual({
      id: "a",
      events: [
        { labels: { __name__: "up", job: "api", __proto__x: "y" }, time: timestamp, value: "1" },
        { labels: { __name__: "up", job: "web" }, time: timestamp, value: "+Inf" },
      ],
    });
  });

  it("tells each of two that want the same, until one is over", async () => {
    const { client } = await listen(bearer(reader));
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    await client.subscribe({ id: "b", topic: "metrics", selector: "{__name__=~'u.*'}" });
    await sendSample("up", 1);
    const [one, other] = [await client.next("events"), await client.next("events")];
    expect([one.id, other.id].sort()).toEqual(["a", "b"]);
    expect([one.sequence, one.events]).toEqual([other.sequence, other.events]);
    client.send({ type: "unsubscribe", id: "a" });
    expect(await client.next("unsubscribed")).toEqual({ type: "unsubscribed", id: "a" });
    await sendSample("up", 2);
    await sendSample("up", 3);
    const told: unknown[] = [];
    while (told.length < 2) {
      const frame = await client.next("events");
      expect(frame.id).toBe("b");
      told.push(...valuesOf(frame));
    }
    expect(told).toEqual(["2", "3"]);
  });

  it("goes on where it was after the socket broke, with nothing missing and nothing twice", async () => {
    const first = await listen(bearer(reader));
    await first.client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    await sendSample("up", 1);
    const { sequence } = await first.client.next("events");
    first.client.close();
    await first.client.closed();
    const witness = await listen(bearer(reader));
    await witness.client.subscribe({ id: "w", topic: "metrics", selector: "up" });
    await sendSample("up", 2);
    await witness.client.next("events");
    await sendSample("up", 3);
    await witness.client.next("events");
    const { client, welcome } = await listen(bearer(reader));
    const after = { feed: welcome.feed, sequence };
    expect(await client.subscribe({ id: "a", topic: "metrics", selector: "up", after })).toMatchObject({
      sequence,
    });
    await sendSample("up", 4);
    const told = [];
    for (let frame = 0; frame < 3; frame += 1) told.push(...valuesOf(await client.next("events")));
    expect(told).toEqual(["2", "3", "4"]);
  });

  it("is told of a gap where the feed does not know what came after a place", async () => {
    const { client, welcome } = await listen(bearer(reader));
    const places = [
      { feed: "another", sequence: welcome.sequence },
      { feed: welcome.feed, sequence: welcome.sequence },
      { feed: welcome.feed, sequence: 0 },
      { feed: welcome.feed, sequence: welcome.sequence + 1_000 },
    ];
    for (const [at, after] of places.entries()) {
      const id = String(at);
      const { sequence } = await client.subscribe({ id, topic: "metrics", selector: `up{a="${at}"}`, after });
      expect(await client.next("gap")).toEqual({ type: "gap", id, reason: "forgotten", sequence });
    }
  });

  it("outlives the restart of its hub, which it is told of; sequences do not go back", async () => {
    const { client, welcome } = await listen(bearer(reader));
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    await sendSample("up", 1);
    const before = await client.next("events");
    await evictDurableObject(hub());
    await sendSample("up", 2);
    const gap = await client.next("gap");
    expect(gap).toMatchObject({ id: "a", reason: "forgotten" });
    expect(gap.sequence).toBeGreaterThan(before.sequence);
    const next = await client.next("events");
    expect(valuesOf(next)).toEqual(["2"]);
    expect(next.sequence).toBeGreaterThan(gap.sequence);
    const after = { feed: welcome.feed, sequence: before.sequence };
    await client.subscribe({ id: "b", topic: "metrics", selector: "up", after });
    expect(await client.next("gap")).toMatchObject({ id: "b", reason: "forgotten" });
  });

  it("outlives the restart of a shard, which it is told of", async () => {
    const { client } = await listen(bearer(reader));
    await client.subscribe({ id: "a", topic: "metrics", selector: "up" });
    await sendSample("up", 1);
    await client.next("events");
    await evictDurableObject(env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName("shard-0")));
    await sendSample("up", 2);
    expect(await client.next("gap")).toMatchObject({ id: "a", reason: "lost" });
    expect(valuesOf(await client.next("events"))).toEqual(["2"]);
  });
});

describe("topics", () => {
  it("tell admins of questions and of ingestion, and nothing of what was asked", async () => {
    const admin = await addUser("admin");
    const { client } = await listen(bearer(admin));
    await client.subscribe({ id: "i", topic: "ingestion" });
    const { job } = await addText("moon.txt", "The Moon is 384,400 km away from Earth.");
    await ingestAll();
    const ingested = await client.next("events");
    expect(ingested.events).toContainEqual({
      time: expect.any(Number),
      data: { job_id: job.id, outcome: "acknowledge" },
    });
    client.send({ type: "unsubscribe", id: "i" });
    await client.next("unsubscribed");
    await client.subscribe({ id: "q", topic: "queries" });
    const { id } = await ask("How far away is the Moon?");
    const asked = await client.next("events");
    expect(asked).toMatchObject({ id: "q", events: [{ data: { id, status: "answered" } }] });
    expect(Object.keys((asked.events[0] as { data: object }).data).sort()).toEqual([
      "collection_id",
      "duration_ms",
      "id",
      "status",
    ]);
    const { key } = await addUser("admin", { scopes: ["metrics:read"] });
    const { client: narrow } = await listen(bearer({ key }));
    narrow.send({ type: "subscribe", id: "q", topic: "queries" });
    await refusal(narrow, "q");
  });
});
