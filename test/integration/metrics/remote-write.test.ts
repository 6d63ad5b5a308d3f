import { compress } from "snappyjs";
import { describe, expect, it } from "vitest";
import { request, requestAs, useFreshStores } from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import {
  type SentSeries,
  writeRequest1,
  writeRequest2,
} from "../../unit/monitoring/ingest/remote-write-messages.ts";
import { ask } from "./prometheus-client.ts";

useFreshStores();

const TYPES = {
  1: "application/x-protobuf",
  2: "application/x-protobuf;proto=io.prometheus.write.v2.Request",
};
const STALE = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);

const init = (body: Uint8Array, version: 1 | 2 = 1, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: {
    "content-type": TYPES[version],
    "content-encoding": "snappy",
    "x-prometheus-remote-write-version": version === 1 ? "0.1.0" : "2.0.0",
    ...headers,
  },
  body,
});
const write = (series: SentSeries[], version: 1 | 2 = 1) =>
  request(
    "/prometheus/api/v1/write",
    init(compress(version === 1 ? writeRequest1(series) : writeRequest2(series)), version),
  );

async function raw(query: string): Promise<unknown> {
  return (await ask("/query", { query })).data;
}

describe.each([1, 2] as const)("remote write %i.0", (version) => {
  it("stores samples, histograms and exemplars, and reads them back as they were", async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const reply = await write(
      [
        {
          labels: ["__name__", "requests_total", "job", "api"],
          samples: [
            { value: 1.5, time: now - 2000 },
            { value: Number.NaN, time: now - 1000 },
          ],
          exemplars: [{ labels: ["trace_id", "abc"], value: 0.25, time: now - 1500 }],
        },
        {
          labels: ["__name__", "latency"],
          histograms: [
            {
              time: now,
              integer: true,
              count: 6,
              zeroCount: 1,
              sum: 12.5,
              schema: 0,
              zeroThreshold: 0.001,
              positive: [2, 1],
              positiveSpans: [{ offset: 0, length: 2 }],
              negative: [],
              negativeSpans: [],
              customValues: [],
              hint: 0,
            },
          ],
        },
      ],
      version,
    );
    expect(reply.status, await reply.text()).toBe(204);
    expect(reply.headers.get("x-prometheus-remote-write-samples-written")).toBe("2");
    expect(reply.headers.get("x-prometheus-remote-write-histograms-written")).toBe("1");
    expect(await raw("requests_total[1m]")).toEqual({
      resultType: "matrix",
      result: [
        {
          metric: { __name__: "requests_total", job: "api" },
          values: [
            [now / 1000 - 2, "1.5"],
            [now / 1000 - 1, "NaN"],
          ],
        },
      ],
    });
    expect(await raw("histogram_sum(latency)")).toMatchObject({
      result: [{ value: [expect.anything(), "12.5"] }],
    });
    expect(await raw("histogram_count(latency)")).toMatchObject({
      result: [{ value: [expect.anything(), "6"] }],
    });
    const { data } = await ask("/query_exemplars", {
      query: "requests_total",
      start: String(now / 1000 - 60),
      end: String(now / 1000),
    });
    expect(data).toMatchObject([
      { seriesLabels: { job: "api" }, exemplars: [{ labels: { trace_id: "abc" }, value: "0.25" }] },
    ]);
  });

  it("ends a series by a stale marker", async () => {
    const now = Date.now();
    await write([{ labels: ["__name__", "up"], samples: [{ value: 1, time: now - 1000 }] }], version);
    expect(await raw("up")).toMatchObject({ result: [{}] });
    await write([{ labels: ["__name__", "up"], samples: [{ value: STALE, time: now - 500 }] }], version);
    expect(await raw("up")).toEqual({ resultType: "vector", result: [] });
    expect(await raw("count_over_time(up[1m])")).toMatchObject({
      result: [{ value: [expect.anything(), "1"] }],
    });
  });

  it("may be sent again", async () => {
    const series = [{ labels: ["__name__", "n"], samples: [{ value: 1, time: Date.now() - 1000 }] }];
    for (const _ of [1, 2, 3]) expect((await write(series, version)).status).toBe(204);
    expect(await raw("count_over_time(n[1m])")).toMatchObject({
      result: [{ value: [expect.anything(), "1"] }],
    });
  });
});

describe("what is not to be sent again", () => {
  it("is refused with 400, and the rest is taken", async () => {
    const now = Date.now();
    await write([{ labels: ["__name__", "n"], samples: [{ value: 1, time: now }] }]);
    const reply = await write([
      { labels: ["__name__", "n"], samples: [{ value: 2, time: now - 3_600_000 }] },
      { labels: ["__name__", "m"], samples: [{ value: 3, time: now }] },
      { labels: ["job", "nameless"], samples: [{ value: 4, time: now }] },
    ]);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      status: "error",
      code: "samples_refused",
      error: expect.stringContaining("out-of-order"),
    });
    expect(reply.headers.get("x-prometheus-remote-write-samples-written")).toBe("1");
    expect(await raw("n")).toMatchObject({ result: [{ value: [expect.anything(), "1"] }] });
    expect(await raw("m")).toMatchObject({ result: [{ value: [expect.anything(), "3"] }] });
  });

  it.each([
    ["no Snappy", Uint8Array.of(255, 255, 255), {}, 400],
    ["no protobuf", compress(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), {}, 400],
    ["a length beyond all bounds", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0), {}, 413],
    ["another compression", compress(writeRequest1([])), { "content-encoding": "gzip" }, 415],
    [
      "another message",
      compress(writeRequest1([])),
      { "content-type": "application/x-protobuf;proto=x.Y" },
      415,
    ],
  ])("is %s", async (_, body, headers, status) => {
    const reply = await request("/prometheus/api/v1/write", init(body, 1, headers));
    expect(reply.status, await reply.text()).toBe(status);
    expect(reply.headers.get("retry-after")).toBeNull();
  });
});

describe("who writes", () => {
  it("needs a credential with the right to", async () => {
    const body = init(compress(writeRequest1([])));
    expect((await requestAs(null, "/prometheus/api/v1/write", body)).status).toBe(401);
    const { key } = await addUser("read");
    const reply = await requestAs(key, "/prometheus/api/v1/write", init(compress(writeRequest1([]))));
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({
      status: "error",
      errorType: "forbidden",
      code: "permission_denied",
    });
  });
});
