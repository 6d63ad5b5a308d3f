import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import { Labels } from "../../workers/monitoring/model/labels.ts";
import { matcher } from "../../workers/monitoring/model/matcher.ts";
import { markStale } from "../../workers/monitoring/model/samples.ts";
import { Discovery } from "../../workers/monitoring/query/discovery.ts";
import { shardStorage } from "../../workers/monitoring/query/shard-storage.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, EVER, openShard, type Point, readerOf, samplesOf } from "./metric-shard-samples.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const advance = useClock();

const histogram = (count: number): Histogram => ({
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count,
  sum: Number.NaN,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: [count - 2, 1],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
  resetHint: "unknown",
});

describe("a metric shard", () => {
  it("gives back what it took, after a restart and after sealing, too", async () => {
    const shard = openShard();
    const now = Date.now();
    const up = [
      ["up", now - 2000, 1],
      ["up", now - 1000, 0.5],
    ] as const;
    expect(await shard.append(batchOf([...up, ["down", now, -3]]))).toEqual({ accepted: 3, refused: [] });
    const expected = new Map(
      Object.entries({ up: up.map(([, time, value]) => [time, value]), down: [[now, -3]] }),
    );
    expect(await samplesOf(shard)).toEqual(expected);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(expected);
    advance(HOUR);
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect(await shard.stats()).toMatchObject({ headSamples: 0, sealedSamples: 3, walBytes: 0, series: 2 });
    expect(await samplesOf(shard)).toEqual(expected);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(expected);
  });

  it("keeps stale markers and histograms bit by bit", async () => {
    const shard = openShard();
    const now = Date.now();
    const points = [0, 1, 2, 3].map((i) => ["requests", now - (4 - i) * SECOND, i] as const);
    const batch = batchOf(points);
    batch.values[1] = Number.NaN;
    markStale(new Uint32Array(batch.values.buffer), 2);
    const told = histogram(9);
    await shard.append({ ...batch, histograms: [{ sample: 1, histogram: told }] });
    const read = async () => {
      const storage = shardStorage([readerOf(shard)], true);
      const matchers = [matcher("__name__", "=", "requests")];
      for await (const [series] of storage.select({ matchers, ...EVER })) {
        const samples = series?.samples();
        if (samples === undefined) continue;
        return Array.from(samples.times, (_, i) =>
          samples.isStale(i) ? "stale" : (samples.histograms?.[i] ?? samples.values[i]),
        );
      }
      return [];
    };
    expect(await read()).toEqual([0, told, "stale", 3]);
    await evictDurableObject(shard);
    expect(await read()).toEqual([0, told, "stale", 3]);
    advance(HOUR);
    await runDurableObjectAlarm(shard);
    await evictDurableObject(shard);
    expect(await read()).toEqual([0, told, "stale", 3]);
  });

  it("takes a batch that is sent again without storing it twice, however old, sealed or not", async () => {
    const shard = openShard();
    const now = Date.now();
    const batch = batchOf([3, 2, 1].map((i): Point => ["up", now - i * 15 * MINUTE, i]));
    await shard.append(batch);
    expect(await shard.append(batch)).toEqual({ accepted: 3, refused: [] });
    expect(await shard.stats()).toMatchObject({ headSamples: 3 });
    advance(HOUR);
    await runDurableObjectAlarm(shard);
    await evictDurableObject(shard);
    expect(await shard.append(batch)).toEqual({ accepted: 3, refused: [] });
    expect(await shard.stats()).toMatchObject({ headSamples: 0, sealedSamples: 3 });
  });

  it("refuses another value at a time that it has one for, sealed or not", async () => {
    const shard = openShard();
    const now = Date.now();
    await shard.append(
      batchOf([
        ["up", now - MINUTE, 1],
        ["up", now, 2],
      ]),
    );
    const others = batchOf([
      ["up", now, 3],
      ["up", now - MINUTE, 4],
    ]);
    const refusal = {
      accepted: 0,
      refused: [
        { sample: 0, reason: "duplicate_timestamp" },
        { sample: 1, reason: "duplicate_timestamp" },
      ],
    };
    expect(await shard.append(others)).toEqual(refusal);
    advance(HOUR);
    await runDurableObjectAlarm(shard);
    expect(await shard.append(others)).toEqual(refusal);
    await evictDurableObject(shard);
    expect(await shard.append(others)).toEqual(refusal);
  });

  it("merges what comes late into what is there, and refuses what comes too late", async () => {
    const shard = openShard();
    const now = Date.now();
    await shard.append(batchOf([["up", now, 5]]));
    advance(HOUR);
    await runDurableObjectAlarm(shard);
    const result = await shard.append(
      batchOf([
        ["up", now - 10 * MINUTE, 1],
        ["up", now - 10 * MINUTE - 1, 0],
        ["up", now - MINUTE, 3],
        ["up", now - 2 * MINUTE, 2],
        ["up", now + MINUTE, 6],
      ]),
    );
    expect(result.refused).toEqual([{ sample: 1, reason: "out_of_order" }]);
    const expected = [
      [now - 10 * MINUTE, 1],
      [now - 2 * MINUTE, 2],
      [now - MINUTE, 3],
      [now, 5],
      [now + MINUTE, 6],
    ];
    expect((await samplesOf(shard)).get("up")).toEqual(expected);
    expect((await samplesOf(shard, { start: now - MINUTE, end: now })).get("up")).toEqual(
      expected.slice(2, 4),
    );
    await evictDurableObject(shard);
    expect((await samplesOf(shard)).get("up")).toEqual(expected);
    advance(HOUR);
    await runDurableObjectAlarm(shard);
    expect((await samplesOf(shard)).get("up")).toEqual(expected);
  });

  it("refuses what is too old, too far ahead, or at no whole millisecond, and counts it", async () => {
    const shard = openShard();
    const now = Date.now();
    const { refused } = await shard.append(
      batchOf([
        ["a", now - 91 * 24 * HOUR, 1],
        ["b", now + 11 * MINUTE, 1],
        ["c", now - 0.5, 1],
        ["d", now + 9 * MINUTE, 1],
      ]),
    );
    expect(refused.map(({ reason }) => reason)).toEqual([
      "too_old",
      "too_far_in_future",
      "invalid_timestamp",
    ]);
    expect(await shard.stats()).toMatchObject({
      series: 1,
      refusals: { too_old: 1, too_far_in_future: 1, invalid_timestamp: 1 },
    });
  });

  it("takes no more series than it may have, but goes on with those it knows", async () => {
    const shard = openShard();
    const now = Date.now();
    await shard.configure({ maxSeries: 2 });
    const first = await shard.append(batchOf(["a", "b", "c"].map((name) => [name, now - 1, 1])));
    expect(first).toEqual({ accepted: 2, refused: [{ sample: 2, reason: "series_limit" }] });
    await evictDurableObject(shard);
    const second = await shard.append(batchOf(["c", "b", "a"].map((name) => [name, now, 2])));
    expect(second).toEqual({ accepted: 2, refused: [{ sample: 0, reason: "series_limit" }] });
  });

  it("writes over the slots of its log once they are sealed", async () => {
    const shard = openShard();
    const slots = () =>
      runInDurableObject(
        shard,
        (_, { storage }) =>
          storage.sql.exec<{ slots: number }>("SELECT count(*) AS slots FROM wal").one().slots,
      );
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 3; i++) {
        advance(SECOND);
        await shard.append(batchOf([["up", Date.now(), round * 3 + i]]));
      }
      if (round === 2) await evictDurableObject(shard);
      advance(HOUR);
      await runDurableObjectAlarm(shard);
      expect(await slots()).toBe(3);
    }
    const values = (await samplesOf(shard)).get("up")?.map(([, value]) => value);
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("goes on as if nothing had happened after a write that failed", async () => {
    const shard = openShard();
    const now = Date.now();
    await shard.append(batchOf([["up", now - 2, 1]]));
    await runInDurableObject(shard, (_, { storage }) => {
      storage.sql.exec(
        "CREATE TRIGGER broken BEFORE INSERT ON wal BEGIN SELECT raise(ABORT, 'the disk is full'); END",
      );
    });
    const batch = batchOf([
      ["up", now - 1, 2],
      ["other", now - 1, 2],
    ]);
    const failed = runInDurableObject(shard, (instance) => instance.append(batch));
    await expect(failed).rejects.toThrow("the disk is full");
    expect(await samplesOf(shard)).toEqual(new Map([["up", [[now - 2, 1]]]]));
    await runInDurableObject(shard, (_, { storage }) => void storage.sql.exec("DROP TRIGGER broken"));
    await shard.append(batchOf([["up", now, 3]]));
    await evictDurableObject(shard);
    expect((await samplesOf(shard)).get("up")).toEqual([
      [now - 2, 1],
      [now, 3],
    ]);
  });

  it("seals at once when samples come in faster than alarms run", async () => {
    const shard = openShard();
    await shard.configure({ sealSamples: 10 });
    const now = Date.now();
    for (let i = 0; i < 7; i++) {
      await shard.append(batchOf([0, 1, 2, 3, 4].map((k) => ["up", now - 100 + i * 5 + k, i * 5 + k])));
    }
    expect(await shard.stats()).toMatchObject({ headSamples: 15, sealedSamples: 20 });
    expect((await samplesOf(shard)).get("up")?.map(([, value]) => value)).toEqual(
      Array.from({ length: 35 }, (_, i) => i),
    );
  });

  it("counts a histogram as many samples, since it takes as much memory", async () => {
    const shard = openShard();
    await shard.configure({ sealSamples: 300 });
    const now = Date.now();
    const points = [1, 2, 3, 4, 5, 6].map((i): Point => ["requests", now - 10 + i, Number.NaN]);
    const histograms = points.map((_, sample) => ({ sample, histogram: histogram(9 + sample) }));
    await shard.append({ ...batchOf(points), histograms });
    expect(await shard.stats()).toMatchObject({ headSamples: 0, sealedSamples: 6 });
  });

  it("tells which series there are, and what is known of them, after a restart too", async () => {
    const shard = openShard();
    const now = Date.now();
    const labels = Labels.of({ __name__: "http", job: "api", path: "/" });
    const batch = batchOf(
      [
        ["http", now, 1],
        ["up", now - HOUR, 1],
      ],
      (name) => (name === "http" ? labels : Labels.of({ __name__: name, job: "db" })),
    );
    const metadata = { metric: "http", type: "counter", help: "Requests.", unit: "" } as const;
    const exemplar = { series: 0, labels: ["trace_id", "abc"], value: Number.POSITIVE_INFINITY, time: now };
    await shard.append({ ...batch, exemplars: [exemplar], metadata: [metadata] });
    await shard.append({ ...batch, exemplars: [exemplar], metadata: [metadata] });
    const discovery = new Discovery([readerOf(shard)]);
    const http = [[matcher("__name__", "=", "http")]];
    for (const restart of [
      async () => {},
      () => evictDurableObject(shard),
      seal,
      () => evictDurableObject(shard),
    ]) {
      await restart();
      expect(await discovery.labelNames([], EVER)).toEqual(["__name__", "job", "path"]);
      expect(await discovery.labelNames([], { start: 0, end: now - 1 })).toEqual(["__name__", "job"]);
      expect(await discovery.labelValues("job", [], EVER)).toEqual(["api", "db"]);
      expect(await discovery.labelValues("job", http, EVER)).toEqual(["api"]);
      expect((await discovery.series(http, EVER)).map((found) => found.key)).toEqual([labels.key]);
      expect(await discovery.metadata(null)).toEqual([metadata]);
      expect(await discovery.metadata("up")).toEqual([]);
      const [found, ...more] = await discovery.exemplars(http, EVER);
      expect(more).toEqual([]);
      expect(found?.labels.key).toBe(labels.key);
      expect(found?.exemplars.map(({ labels: { flat }, value, time }) => ({ flat, value, time }))).toEqual([
        { flat: exemplar.labels, value: exemplar.value, time: now },
      ]);
      expect(await discovery.exemplars(http, { start: now + 1, end: now + 2 })).toEqual([]);
      const latest = await shard.latest({ matchers: [], ...EVER });
      expect([...latest.times]).toEqual([now, now - HOUR]);
      expect([...latest.values]).toEqual([1, 1]);
    }
    async function seal() {
      advance(HOUR);
      await runDurableObjectAlarm(shard);
    }
  });

  it("gives large answers in pages, and every series once", async () => {
    const shard = openShard();
    const now = Date.now();
    const names = Array.from({ length: 300 }, (_, i) => `m${i}`);
    for (let scrape = 0; scrape < 10; scrape++) {
      const points = names.flatMap((name, i) =>
        Array.from({ length: 100 }, (_, k) => [name, now - 20_000 + scrape * 1000 + k * 10, i + k] as const),
      );
      await shard.append(batchOf(points));
    }
    const page = await shard.select({ matchers: [], ...EVER });
    expect(page.next).not.toBeNull();
    const found = await samplesOf(shard);
    expect(found.size).toBe(300);
    for (const [name, samples] of found) {
      expect(samples.length, name).toBe(1000);
      expect(samples[0]).toEqual([now - 20_000, Number(name.slice(1))]);
    }
  });
});
