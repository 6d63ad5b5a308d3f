import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { jsonInit, ok, requestAs, useFreshStores } from "../../support/api.ts";
import { addUser, type Somebody } from "../../support/credentials.ts";
import { type Frame, listen } from "./live-client.ts";

useFreshStores();

let reader: Somebody;
let writer: Somebody;

beforeEach(async () => {
  reader = await addUser("read");
  writer = await addUser("write");
});

const bearer = ({ key }: Somebody) => ({ authorization: `Bearer ${key}` });

const sendSamples = (samples: Record<string, unknown>[]) =>
  ok(requestAs(writer.key, "/api/v1/metrics/batch", jsonInit("POST", { metrics: samples })));

const valuesOf = ({ events }: Frame<"events">) => events.map((event) => "value" in event && event.value);

describe("the live feed of metrics", () => {
  it("tells of the samples of the series that a selector takes, and of no others", async () => {
    const { client, welcome } = await listen(bearer(reader));
    expect(Date.parse(welcome.expires_at)).toBeGreaterThan(Date.now());
    await client.subscribe({ id: "a", topic: "metrics", selector: 'up{job=~"api|web"}' });
    const timestamp = Date.now();
    await sendSamples([
      { name: "up", value: 1, labels: { job: "api" }, timestamp },
      { name: "up", value: 0, labels: { job: "db" }, timestamp },
      { name: "down", value: 1, labels: { job: "api" }, timestamp },
    ]);
    const told = await client.next("events");
    expect(told).toMatchObject({
      id: "a",
      events: [{ labels: { __name__: "up", job: "api" }, time: timestamp, value: "1" }],
    });
    expect(told.events).toHaveLength(1);
    expect(valuesOf(told)).toEqual(["1"]);
    client.close();
    expect(await client.closed()).toMatchObject({ code: 1000 });
    expect(await env.LIVE_FEED.get(env.LIVE_FEED.idFromName("hub-0")).sockets()).toBe(0);
  });
});
