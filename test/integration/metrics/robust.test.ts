import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { compress } from "snappyjs";
import { describe, expect, it } from "vitest";
import { toShardBatch } from "../../../workers/monitoring/head/shard-batch.ts";
import { BatchBuilder } from "../../../workers/monitoring/ingest/batch-builder.ts";
import { PairBytes } from "../../../workers/monitoring/ingest/pair-bytes.ts";
import { SeriesCache } from "../../../workers/monitoring/ingest/series-cache.ts";
import { liftLimits, post, request, useFreshStores } from "../../support/api.ts";
import {
  type SentSeries,
  writeRequest1,
  writeRequest2,
} from "../../unit/monitoring/ingest/remote-write-messages.ts";
import { ask } from "./prometheus-client.ts";

useFreshStores();

const write = (series: SentSeries[], version: 1 | 2 = 1) =>
  request("/prometheus/api/v1/write", {
    method: "POST",
    headers: {
      "content-type":
        version === 1
          ? "application/x-protobuf"
          : "application/x-protobuf;proto=io.prometheus.write.v2.Request",
      "content-encoding": "snappy",
    },
    body: compress(version === 1 ? writeRequest1(series) : writeRequest2(series)),
  });
const importText = (text: string) =>
  request("/api/v1/metrics/import", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: text,
  });

async function shardsFail(doTheyFail: boolean): Promise<void> {
  const { results } = await env.DB.prepare("SELECT max(shards) AS shards FROM metric_epoch").all<{
    shards: number | null;
  }>();
  for (let number = 0; number < Math.max(1, results[0]?.shards ?? 1); number++) {
    const shard = env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`shard-${number}`));
    await shard.stats();
    await runInDurableObject(shard, (_, { storage }) =>
      storage.sql.exec(
        doTheyFail
          ? "CREATE TRIGGER failing BEFORE INSERT ON wal BEGIN SELECT RAISE(ABORT, 'the disk of shard is full'); END"
          : "DROP TRIGGER failing",
      ),
    );
  }
}

describe("a shard that fails", () => {
  it.each([1, 2] as const)(
    "is worth another attempt to remote write %i.0, which then stores everything once",
    async (version) => {
      const time = Date.now() - 1000;
      const series = ["a", "b", "c"].map((name) => ({
        labels: ["__name__", "n", "part", name],
        samples: [{ value: 1, time }],
      }));
      await shardsFail(true);
      const refused = await write(series, version);
      const text = await refused.text();
      expect(refused.status, text).toBeGreaterThanOrEqual(500);
      expect(text).not.toContain("disk");
      expect(JSON.parse(text)).toMatchObject({ status: "error", errorType: expect.any(String) });
      await shardsFail(false);
      for (const _ of [1, 2]) expect((await write(series, version)).status).toBe(204);
      const { data } = await ask("/query", { query: "sum(count_over_time(n[1m]))" });
      expect(data).toMatchObject({ result: [{ value: [expect.anything(), "3"] }] });
    },
  );

  it("is an error of ours to other senders, too, and never a loss", async () => {
    await shardsFail(true);
    const body = { metrics: [{ name: "n", value: 1 }] };
    for (const reply of [await post("/api/v1/metrics/batch", body), await importText("n 1\n")]) {
      expect(reply.status).toBeGreaterThanOrEqual(500);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(await reply.text()).not.toContain("disk");
    }
    await shardsFail(false);
    expect((await post("/api/v1/metrics/batch", body)).status).toBe(200);
  });
});

describe("a request that is too large", () => {
  it("is refused where a shard could not be handed it at once, and not before", async () => {
    const now = Date.now();
    const pairs = new PairBytes();
    for (const text of ["__name__", "many"]) pairs.addText(text);
    const build = (samples: number) => {
      const builder = new BatchBuilder(new SeriesCache(), now);
      const series = builder.seriesOf(pairs);
      for (let i = 0; i < samples; i++) builder.addSample(series, i, now - samples + i, i);
      return builder.finish().batch;
    };
    const most = 1_572_000;
    expect(() => build(most + 1_000)).toThrow("send it in parts");
    const shard = env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName("of a large batch"));
    expect(await shard.append(toShardBatch(build(most)))).toMatchObject({ accepted: most });
  });
});

const doubles = fc.array(fc.double(), { minLength: 1, maxLength: 40 });
const extremes = [0, -0, 5e-324, -5e-324, Number.MAX_VALUE, Infinity, -Infinity, Number.NaN, 0.1 + 0.2];

describe("what was sent", () => {
  it("is read back with the very bits, through every protocol", async () => {
    await liftLimits();
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(doubles, async (random) => {
        turn += 1;
        const values = [...extremes, ...random];
        const start = Date.now() - values.length * 10;
        const points = values.map((value, i) => ({ value, time: start + i * 10 }));
        const named = (protocol: string) => ["__name__", `n${turn}`, "protocol", protocol];
        for (const version of [1, 2] as const) {
          const reply = await write([{ labels: named(`write${version}`), samples: points }], version);
          expect(reply.status).toBe(204);
        }
        const text = points.map(
          ({ value, time }) => `n${turn}{protocol="text"} ${Object.is(value, -0) ? "-0" : value} ${time}\n`,
        );
        expect(await (await importText(text.join(""))).json()).toMatchObject({ refused: [] });
        const metrics = points.map(({ value, time }) => ({
          name: `n${turn}`,
          labels: { protocol: "json" },
          timestamp: time,
          value: Number.isFinite(value)
            ? value
            : String(value)
                .replace(/^(-?)I/, (_, sign) => `${sign || "+"}I`)
                .replace("inity", ""),
        }));
        const raw = JSON.stringify({ metrics }, (_, value) => (Object.is(value, -0) ? "minus zero" : value));
        const batch = await request("/api/v1/metrics/batch", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: raw.replaceAll('"minus zero"', "-0"),
        });
        expect(await batch.json()).toMatchObject({ refused: [] });
        const { data } = await ask("/query", { query: `n${turn}[1h]` });
        const { result } = data as { result: { values: [number, string][] }[] };
        expect(result).toHaveLength(4);
        for (const series of result) {
          const read = series.values.map(([, value]) => Number(value.replace("Inf", "Infinity")));
          expect(read).toEqual(values);
        }
      }),
      { numRuns: 5 },
    );
  });

  it("is of its own series, also where a value looks like the labels of another one", async () => {
    const time = Date.now() - 1000;
    await write([
      { labels: ["__name__", "n", "a", "x", "b", "y"], samples: [{ value: 1, time }] },
      { labels: ["__name__", "n", "a", "x\u00ffb\u00ffy"], samples: [{ value: 2, time }] },
    ]);
    for (const query of ["n", "n * 1", "sum by (a, b) (n)", 'label_replace(n, "c", "1", "", "")']) {
      expect((await ask("/query", { query })).data).toMatchObject({ result: [{}, {}] });
    }
    expect((await ask("/series", { "match[]": "n" })).data).toHaveLength(2);
  });
});
