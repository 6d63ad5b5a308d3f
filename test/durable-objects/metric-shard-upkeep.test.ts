import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MetricShard } from "../../durable-objects/metric-shard.ts";
import { RESOLUTIONS, type Resolution } from "../../workers/monitoring/head/shard-settings.ts";
import { Samples } from "../../workers/monitoring/model/samples.ts";
import { readRollups } from "../../workers/monitoring/own-api/read-rollups.ts";
import { type RollupColumns, rollUp } from "../../workers/monitoring/rollups/rollup.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, EVER, openShard, type Point, readerOf, samplesOf } from "./metric-shard-samples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const advance = useClock();
type Shard = DurableObjectStub<MetricShard>;

/** Sets the clock forward to the start of a day, and so far into it. */
function startDay(into = 0): number {
  advance(DAY - (Date.now() % DAY) + into);
  return Date.now();
}

async function alarm(shard: Shard, after = 0): Promise<void> {
  advance(after);
  await runDurableObjectAlarm(shard);
}

/** Sixty samples a series, one a minute, the newest now. */
async function appendHour(shard: Shard, names: readonly string[]): Promise<Point[]> {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const points = names.flatMap((name, series) =>
    Array.from({ length: 60 }, (_, i): Point => [name, now - (59 - i) * MINUTE, (i * (series + 1)) % 37]),
  );
  const { refused } = await shard.append(batchOf(points));
  expect(refused).toEqual([]);
  return points;
}

const byName = (points: readonly Point[]) => {
  const found = new Map<string, [number, number][]>();
  for (const [name, time, value] of points) found.set(name, [...(found.get(name) ?? []), [time, value]]);
  return found;
};

async function blocksOf(shard: Shard): Promise<string[]> {
  return runInDurableObject(shard, (_, { storage }) =>
    storage.sql
      .exec<{ block: string }>(
        "SELECT resolution || ' ' || level || ' ' || place AS block FROM block ORDER BY 1",
      )
      .toArray()
      .map(({ block }) => block),
  );
}

async function rollupsOf(shard: Shard, resolution: Exclude<Resolution, "raw">, span = EVER) {
  const found = new Map<string, RollupColumns>();
  for await (const batch of readRollups([readerOf(shard)], true, { matchers: [], ...span }, resolution)) {
    for (const { labels, rollup } of batch) found.set(labels.metricName, rollup());
  }
  return found;
}

function expectedRollups(points: readonly Point[], resolution: Exclude<Resolution, "raw">) {
  return new Map(
    [...byName(points)].map(([name, samples]) => [
      name,
      rollUp(
        new Samples(
          Float64Array.from(samples, ([time]) => time),
          Float64Array.from(samples, ([, value]) => value),
        ),
        RESOLUTIONS[resolution],
      ),
    ]),
  );
}

const objects = async (shard: Shard) =>
  (await env.DOCUMENTS.list({ prefix: `metrics/${shard.id}/` })).objects.map(({ key }) => key);

const bucket = Object.getPrototypeOf(env.DOCUMENTS) as R2Bucket;

beforeEach(() => {
  startDay(2 * HOUR);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("packing", () => {
  it("merges the small blocks of a day while it lasts, and all of them when it is over", async () => {
    const shard = openShard();
    const points: Point[] = [];
    for (let i = 0; i < 8; i++) {
      points.push(...(await appendHour(shard, ["a", "b"])));
      await alarm(shard, HOUR);
    }
    expect(await blocksOf(shard)).toEqual(["raw 1 local"]);
    points.push(...(await appendHour(shard, ["b", "c"])));
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toEqual(["raw 0 local", "raw 1 local"]);
    expect(await samplesOf(shard)).toEqual(byName(points));
    startDay(2 * HOUR);
    await alarm(shard);
    expect(await blocksOf(shard)).toEqual(["1d 2 local", "1h 2 local", "5m 2 local", "raw 2 local"]);
    expect(await samplesOf(shard)).toEqual(byName(points));
    const { blobs } = await runInDurableObject(shard, (_, { storage }) =>
      storage.sql.exec<{ blobs: number }>("SELECT count(*) AS blobs FROM blob").one(),
    );
    expect(blobs).toBe(4);
  });

  it("packs a day anew when samples come for it later, and rolls them up", async () => {
    const shard = openShard();
    const early = await appendHour(shard, ["a"]);
    const noon = Date.now() + 8 * HOUR;
    startDay(3 * HOUR);
    await alarm(shard);
    const before = await rollupsOf(shard, "1h");
    const late: Point[] = [
      ["late", noon, 1],
      ["late", noon + MINUTE, 4],
    ];
    await shard.append(batchOf(late));
    const expected = new Map([...expectedRollups(early, "1h"), ...expectedRollups(late, "1h")]);
    expect(before).toEqual(expectedRollups(early, "1h"));
    expect(await rollupsOf(shard, "1h")).toEqual(expected);
    await alarm(shard, HOUR);
    expect(await rollupsOf(shard, "1h")).toEqual(expected);
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toEqual(["1d 2 local", "1h 2 local", "5m 2 local", "raw 2 local"]);
    expect(await rollupsOf(shard, "1h")).toEqual(expected);
    expect(await samplesOf(shard)).toEqual(byName([...early, ...late]));
  });

  it("merges many blocks of a day a few at a time", async () => {
    const shard = openShard();
    await shard.configure({ sealIdleMs: MINUTE });
    const points: Point[] = [];
    for (let i = 0; i < 17; i++) {
      const point: Point = ["a", Date.now(), i];
      points.push(point);
      await shard.append(batchOf([point]));
      await alarm(shard, 2 * MINUTE);
      // As if each had been merged of eight.
      await runInDurableObject(shard, (_, { storage }) => {
        storage.sql.exec("UPDATE block SET level = 1");
      });
      await evictDurableObject(shard);
    }
    expect(await blocksOf(shard)).toEqual(Array(17).fill("raw 1 local"));
    startDay(2 * HOUR);
    await alarm(shard);
    expect(await blocksOf(shard)).toEqual(["raw 1 local", "raw 1 local"]);
    expect(await samplesOf(shard)).toEqual(byName(points));
    await alarm(shard);
    expect(await blocksOf(shard)).toContain("raw 2 local");
    expect(await samplesOf(shard)).toEqual(byName(points));
    expect(await rollupsOf(shard, "1h")).toEqual(expectedRollups(points, "1h"));
  });

  it("deletes what was written of a merge that was stopped", async () => {
    const shard = openShard();
    const points = await appendHour(shard, ["a"]);
    await alarm(shard, HOUR);
    await runInDurableObject(shard, (_, { storage }) => {
      storage.sql.exec("INSERT INTO blob VALUES (77, x'00')");
    });
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(byName(points));
    const ids = await runInDurableObject(shard, (_, { storage }) =>
      storage.sql.exec<{ id: number }>("SELECT id FROM blob").toArray(),
    );
    expect(ids).toEqual([{ id: 1 }]);
  });
});

describe("rollups", () => {
  it("are the same from unsealed, sealed and packed samples, whether stored or left out", async () => {
    const shard = openShard();
    const points = await appendHour(shard, ["a", "b"]);
    const check = async () => {
      for (const resolution of ["1m", "5m", "1h", "1d"] as const) {
        expect(await rollupsOf(shard, resolution)).toEqual(expectedRollups(points, resolution));
      }
    };
    await check();
    await alarm(shard, HOUR);
    await check();
    startDay(2 * HOUR);
    await alarm(shard);
    await check();
    const span = { start: points[30]?.[1] ?? 0, end: points[30]?.[1] ?? 0 };
    expect((await rollupsOf(shard, "5m", span)).get("a")?.count).toEqual(Float64Array.of(5));
  });

  it("outlive the samples", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: { raw: 1, "1m": 1, "5m": 3, "1h": 4, "1d": 5 } });
    const points = await appendHour(shard, ["a", "b"]);
    startDay(2 * HOUR);
    await alarm(shard);
    startDay(HOUR);
    await alarm(shard);
    expect(await samplesOf(shard)).toEqual(new Map());
    expect(await rollupsOf(shard, "5m")).toEqual(expectedRollups(points, "5m"));
    expect(await rollupsOf(shard, "1d")).toEqual(expectedRollups(points, "1d"));
  });
});

describe("rollups of dropped samples", () => {
  const KEPT = { raw: 2, "1m": 9, "5m": 9, "1h": 9, "1d": 9 };

  it("are all that a late sample finds of its day, which takes no more", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: { ...KEPT, raw: 1 } });
    const points = await appendHour(shard, ["a"]);
    const late: Point = ["late", points[0]?.[1] ?? 0, 1];
    startDay(2 * HOUR);
    await alarm(shard);
    startDay(HOUR);
    await alarm(shard);
    await shard.configure({ retentionDays: { ...KEPT, raw: 5 } });
    for (let i = 0; i < 2; i++) {
      expect(await shard.append(batchOf([late]))).toEqual({
        accepted: 0,
        refused: [{ sample: 0, reason: "too_old" }],
      });
      await evictDurableObject(shard);
    }
    expect(await rollupsOf(shard, "1h")).toEqual(expectedRollups(points, "1h"));
  });

  it("count what was sealed within the last hour before", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: KEPT, sealIdleMs: MINUTE });
    const points = await appendHour(shard, ["a"]);
    startDay(2 * HOUR);
    await alarm(shard);
    const late: Point = ["late", startDay() - DAY - MINUTE, 1];
    advance(DAY - HOUR / 2);
    expect(await shard.append(batchOf([late]))).toMatchObject({ accepted: 1 });
    await alarm(shard, 2 * MINUTE);
    expect(await blocksOf(shard)).toContain("raw 0 local");
    startDay();
    for (let i = 0; i < 3; i++) await alarm(shard, MINUTE);
    expect(await samplesOf(shard)).toEqual(new Map());
    expect(await rollupsOf(shard, "1h")).toEqual(expectedRollups([...points, late], "1h"));
  });
});

describe("a log without samples", () => {
  const describing = (help: string) => ({
    ...batchOf([]),
    metadata: [{ metric: "up", type: "gauge" as const, help, unit: "" }],
  });

  it("is freed, and what it says is kept", async () => {
    const shard = openShard();
    for (const help of ["one", "other", "one"]) await shard.append(describing(help));
    expect((await shard.stats()).walBytes).toBeGreaterThan(0);
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect((await shard.stats()).walBytes).toBeGreaterThan(0);
    await alarm(shard, HOUR);
    expect(await shard.stats()).toMatchObject({ walBytes: 0, blocks: 0 });
    await evictDurableObject(shard);
    expect(await shard.metadata("up")).toMatchObject([{ help: "one" }]);
    await shard.append(describing("other"));
    await evictDurableObject(shard);
    expect(await shard.metadata("up")).toMatchObject([{ help: "other" }]);
  });
});

describe("retention", () => {
  it("drops whole days, and their series with the last of them, however often it runs", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: { raw: 2, "1m": 2, "5m": 2, "1h": 2, "1d": 2 } });
    await appendHour(shard, ["a", "b"]);
    startDay(2 * HOUR);
    await alarm(shard);
    const second = await appendHour(shard, ["b", "c"]);
    await alarm(shard, HOUR);
    startDay(2 * HOUR);
    await alarm(shard);
    startDay();
    for (let i = 0; i < 2; i++) {
      await alarm(shard);
      expect(await shard.stats()).toMatchObject({ series: 2 });
      expect(await samplesOf(shard)).toEqual(byName(second));
      await evictDurableObject(shard);
    }
    // A series that comes back is a new one.
    const third = await appendHour(shard, ["a", "c"]);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(byName([...second, ...third]));
    startDay();
    await alarm(shard);
    await alarm(shard);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(byName(third));
    expect(await shard.stats()).toMatchObject({ series: 2 });
  });
});

describe("a full shard", () => {
  const limit = (sample: number) => ({ sample, reason: "series_limit" });
  const hasRollups = async (shard: Shard) => [...(await rollupsOf(shard, "1d")).keys()].sort();

  it("lets the series that ended longest ago make room, once only rollups of them are left", async () => {
    const shard = openShard();
    await shard.configure({
      maxSeries: 10,
      retentionDays: { raw: 2, "1m": 2, "5m": 9, "1h": 9, "1d": 9 },
    });
    const pods = (generation: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${generation}${i}`);
    await appendHour(shard, pods("b", 5));
    advance(HOUR);
    await appendHour(shard, pods("a", 3));
    startDay(2 * HOUR);
    await alarm(shard);
    await appendHour(shard, [...pods("b", 4), "c0", "c1"]);
    await alarm(shard, HOUR);
    expect(await shard.append(batchOf([["new", Date.now(), 1]]))).toMatchObject({ refused: [limit(0)] });
    startDay(2 * HOUR);
    await alarm(shard);
    await alarm(shard);
    expect(await shard.stats()).toMatchObject({ series: 10, evictedSeries: 0 });
    startDay();
    expect(await shard.append(batchOf([["new", Date.now(), 1]]))).toMatchObject({ refused: [limit(0)] });
    expect(await runInDurableObject(shard, (_, { storage }) => storage.getAlarm())).toBeLessThanOrEqual(
      Date.now(),
    );
    await alarm(shard);
    expect(await shard.stats()).toMatchObject({ series: 8, evictedSeries: 2 });
    expect(await shard.append(batchOf([["new", Date.now(), 1]]))).toMatchObject({ refused: [] });
    for (let i = 0; i < 2; i++) {
      expect(await hasRollups(shard)).toEqual(["a1", "a2", "b0", "b1", "b2", "b3", "c0", "c1", "new"]);
      await evictDurableObject(shard);
    }
  });

  it("gives no number again, by which a new series would find the rollups of another", async () => {
    const shard = openShard();
    await shard.configure({ maxSeries: 2, retentionDays: { raw: 1, "1m": 1, "5m": 9, "1h": 9, "1d": 9 } });
    await appendHour(shard, ["stays", "goes"]);
    startDay(2 * HOUR);
    await alarm(shard);
    await appendHour(shard, ["stays"]);
    startDay(2 * HOUR);
    await alarm(shard);
    expect(await shard.stats()).toMatchObject({ series: 1, evictedSeries: 1 });
    await evictDurableObject(shard);
    const points = await appendHour(shard, ["new"]);
    await evictDurableObject(shard);
    expect((await rollupsOf(shard, "1d")).get("new")).toEqual(expectedRollups(points, "1d").get("new"));
    expect(await hasRollups(shard)).toEqual(["new", "stays"]);
  });
});

describe("cold days", () => {
  async function coldShard() {
    const shard = openShard();
    await shard.configure({ coldAfterDays: 1 });
    const points = await appendHour(shard, ["a", "b", "c"]);
    startDay(2 * HOUR);
    await alarm(shard);
    startDay(HOUR);
    return { shard, points };
  }
  const COLD = ["1d 2 local", "1h 2 local", "5m 2 cold", "raw 2 cold"];

  it("are moved to the bucket and read from there", async () => {
    const { shard, points } = await coldShard();
    expect(await objects(shard)).toEqual([]);
    await alarm(shard);
    expect(await blocksOf(shard)).toEqual(COLD);
    expect(await objects(shard)).toHaveLength(2);
    const stats = await shard.stats();
    expect(stats.localBytes.raw).toBeUndefined();
    expect(stats.coldBytes).toBeGreaterThan(0);
    for (let i = 0; i < 2; i++) {
      expect(await samplesOf(shard)).toEqual(byName(points));
      expect(await rollupsOf(shard, "5m")).toEqual(expectedRollups(points, "5m"));
      await evictDurableObject(shard);
    }
  });

  it.each([
    ["before the first object", 0],
    ["between two objects", 1],
  ])("lose nothing when moving is stopped %s", async (_, puts) => {
    const { shard, points } = await coldShard();
    const put = bucket.put;
    let left = puts;
    vi.spyOn(bucket, "put").mockImplementation(function (this: R2Bucket, ...args: Parameters<typeof put>) {
      if (left-- > 0) return Reflect.apply(put, this, args);
      return Promise.reject(new Error("the bucket is away"));
    });
    await alarm(shard);
    expect(await samplesOf(shard)).toEqual(byName(points));
    vi.restoreAllMocks();
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(byName(points));
    await alarm(shard, MINUTE);
    expect(await blocksOf(shard)).toEqual(COLD);
    expect(await objects(shard)).toHaveLength(2);
    expect(await samplesOf(shard)).toEqual(byName(points));
  });

  it("lose nothing when moving is stopped after an object was put, before the manifest says so", async () => {
    const { shard, points } = await coldShard();
    const put = bucket.put;
    vi.spyOn(bucket, "put").mockImplementation(async function (
      this: R2Bucket,
      ...args: Parameters<typeof put>
    ) {
      await Reflect.apply(put, this, args);
      throw new Error("the connection broke");
    });
    await alarm(shard);
    vi.restoreAllMocks();
    expect(await objects(shard)).toHaveLength(1);
    expect(await samplesOf(shard)).toEqual(byName(points));
    // The day is packed anew before it is moved again: the object that nobody knows goes.
    const [first] = points;
    await shard.append(batchOf([["late", first?.[1] ?? 0, 1]]));
    await alarm(shard, HOUR);
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toEqual(COLD);
    await alarm(shard, HOUR);
    expect(await objects(shard)).toHaveLength(2);
    expect((await samplesOf(shard)).get("a")).toEqual(byName(points).get("a"));
  });

  it("are missed when an object is gone that should be there: no answer leaves samples out silently", async () => {
    const { shard } = await coldShard();
    await alarm(shard);
    await env.DOCUMENTS.delete(await objects(shard));
    const read = runInDurableObject(shard, (instance) => instance.select({ matchers: [], ...EVER }));
    await expect(read).rejects.toThrow("is missing");
  });

  it("are packed anew with what comes late, and leave no object behind", async () => {
    const { shard, points } = await coldShard();
    await alarm(shard);
    const before = await objects(shard);
    const [first] = points;
    const late: Point = ["late", first?.[1] ?? 0, 1];
    await shard.append(batchOf([late]));
    await alarm(shard, HOUR);
    expect(await samplesOf(shard)).toEqual(byName([...points, late]));
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toEqual(COLD);
    const after = await objects(shard);
    expect(after).toHaveLength(2);
    expect(after.filter((key) => before.includes(key))).toEqual([]);
    expect(await samplesOf(shard)).toEqual(byName([...points, late]));
  });

  it("are deleted from the bucket when they are dropped, later if it is away then", async () => {
    const { shard } = await coldShard();
    await alarm(shard);
    await shard.configure({ retentionDays: { raw: 2, "1m": 2, "5m": 2, "1h": 2, "1d": 2 } });
    startDay(HOUR);
    vi.spyOn(bucket, "delete").mockRejectedValue(new Error("the bucket is away"));
    await alarm(shard);
    expect(await samplesOf(shard)).toEqual(new Map());
    expect(await blocksOf(shard)).toEqual([]);
    expect(await objects(shard)).toHaveLength(2);
    vi.restoreAllMocks();
    await evictDurableObject(shard);
    await alarm(shard, MINUTE);
    expect(await objects(shard)).toEqual([]);
  });
});

describe("a damaged block", () => {
  /** Changes the last byte of the first blob: a value of the series that comes last in it. */
  async function damage(shard: Shard): Promise<void> {
    await runInDurableObject(shard, (_, { storage }) => {
      const { id, bytes } = storage.sql
        .exec<{ id: number; bytes: ArrayBuffer }>("SELECT id, bytes FROM blob ORDER BY id LIMIT 1")
        .one();
      const changed = new Uint8Array(bytes);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 0xff;
      storage.sql.exec("UPDATE blob SET bytes = ? WHERE id = ?", changed.buffer, id);
    });
    await evictDurableObject(shard);
  }
  const spanOf = (points: readonly Point[]) => ({
    start: points[0]?.[1] ?? 0,
    end: points.at(-1)?.[1] ?? 0,
  });

  it("is set aside, and an error to read; all else goes on, until it is dropped with its day", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: { raw: 3, "1m": 3, "5m": 9, "1h": 9, "1d": 9 } });
    const broken = await appendHour(shard, ["a", "b"]);
    await alarm(shard, HOUR);
    const whole = await appendHour(shard, ["a", "b"]);
    await alarm(shard, HOUR);
    await damage(shard);
    startDay(2 * HOUR);
    const next = await appendHour(shard, ["a", "b"]);
    startDay(2 * HOUR);
    for (let i = 0; i < 4; i++) {
      await alarm(shard, HOUR);
      await evictDurableObject(shard);
    }
    const packed = ["1d 2 local", "1h 2 local"];
    expect(await blocksOf(shard)).toEqual(
      [...packed, ...packed, "5m 2 local", "5m 2 local", "raw 0 local", "raw 2 local", "raw 2 local"].sort(),
    );
    expect(await shard.stats()).toMatchObject({ damagedBlocks: 1 });
    await expect(samplesOf(shard, spanOf(broken))).rejects.toThrow("checksum");
    expect(await samplesOf(shard, spanOf(whole))).toEqual(byName(whole));
    expect(await samplesOf(shard, spanOf(next))).toEqual(byName(next));
    startDay();
    startDay(2 * HOUR);
    await alarm(shard);
    expect(await samplesOf(shard)).toEqual(byName(next));
    expect(await shard.stats()).toMatchObject({ damagedBlocks: 0 });
    expect(await rollupsOf(shard, "1h")).toEqual(expectedRollups([...whole, ...next], "1h"));
  });

  it("keeps the rollups that were made of it before", async () => {
    const shard = openShard();
    await shard.configure({ retentionDays: { raw: 2, "1m": 2, "5m": 9, "1h": 9, "1d": 9 } });
    const points = await appendHour(shard, ["a", "b"]);
    startDay(2 * HOUR);
    await alarm(shard);
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toContain("raw 2 local");
    await damage(shard);
    const late: Point = ["late", points[0]?.[1] ?? 0, 1];
    await shard.append(batchOf([late]));
    for (let i = 0; i < 3; i++) await alarm(shard, HOUR);
    expect(await shard.stats()).toMatchObject({ damagedBlocks: 1 });
    const read = runInDurableObject(shard, (instance) =>
      instance.rollups({ matchers: [], ...EVER, resolution: "1h" }),
    );
    await expect(read).rejects.toThrow("checksum");
    startDay();
    startDay(2 * HOUR);
    await alarm(shard);
    expect(await rollupsOf(shard, "1h")).toEqual(expectedRollups(points, "1h"));
  });

  it("is one whose object is gone, too", async () => {
    const shard = openShard();
    await shard.configure({ coldAfterDays: 0 });
    const [first] = await appendHour(shard, ["a"]);
    startDay(2 * HOUR);
    await alarm(shard);
    await alarm(shard, HOUR);
    expect(await blocksOf(shard)).toContain("raw 2 cold");
    await env.DOCUMENTS.delete(await objects(shard));
    await shard.append(batchOf([["late", first?.[1] ?? 0, 1]]));
    for (let i = 0; i < 3; i++) await alarm(shard, HOUR);
    expect(await shard.stats()).toMatchObject({ damagedBlocks: 1 });
  });

  it("does not stop samples that come late", async () => {
    const shard = openShard();
    const points = await appendHour(shard, ["a"]);
    await alarm(shard, HOUR);
    await damage(shard);
    const [, time = 0] = points.at(-3) ?? [];
    expect(
      await shard.append(
        batchOf([
          ["a", time + 1, 1],
          ["other", time, 1],
        ]),
      ),
    ).toEqual({ accepted: 2, refused: [] });
  });
});

describe("its alarm", () => {
  it("reads nothing of the log again because the bucket is away", async () => {
    const shard = openShard();
    const packed = await appendHour(shard, ["a"]);
    startDay(2 * HOUR);
    await alarm(shard);
    await alarm(shard, HOUR);
    await shard.configure({ coldAfterDays: 0 });
    const fresh = await appendHour(shard, ["a"]);
    vi.spyOn(bucket, "put").mockRejectedValue(new Error("the bucket is away"));
    await runInDurableObject(shard, (_, { storage }) => {
      storage.sql.exec("UPDATE wal SET record = x'ff'");
    });
    await alarm(shard);
    expect(await blocksOf(shard)).toContain("raw 2 moving");
    expect(await samplesOf(shard)).toEqual(byName([...packed, ...fresh]));
  });

  it("is set again when it was lost", async () => {
    const shard = openShard();
    await appendHour(shard, ["a"]);
    await runInDurableObject(shard, (_, { storage }) => storage.deleteAlarm());
    await shard.configure({});
    advance(HOUR);
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect(await shard.stats()).toMatchObject({ headSamples: 0 });
  });

  it("lets appends in between the slices of a seal", async () => {
    const shard = openShard();
    const now = Date.now();
    const names = Array.from({ length: 250 }, (_, i) => `m${i}`);
    const points = names.flatMap((name) =>
      Array.from({ length: 200 }, (_, i): Point => [name, now - (200 - i) * 1000, i]),
    );
    await shard.append(batchOf(points));
    advance(HOUR);
    const sealing = runDurableObjectAlarm(shard);
    const late = names.map((name): Point => [name, now, 200]);
    await shard.append(batchOf(late));
    expect((await samplesOf(shard)).get("m7")).toHaveLength(201);
    await sealing;
    await evictDurableObject(shard);
    const found = await samplesOf(shard);
    for (const name of names)
      expect(found.get(name)?.map(([, value]) => value)).toEqual(Array.from({ length: 201 }, (_, i) => i));
  });
});
