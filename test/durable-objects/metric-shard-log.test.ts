import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import { matcher } from "../../workers/monitoring/model/matcher.ts";
import { markStale } from "../../workers/monitoring/model/samples.ts";
import { shardStorage } from "../../workers/monitoring/query/shard-storage.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, EVER, openShard, type Point, readerOf, samplesOf } from "./metric-shard-samples.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

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
});
