import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { batchOf, EVER, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";
import {
  appendHour,
  blocksOf,
  bucket,
  byName,
  expectedRollups,
  HOUR,
  MINUTE,
  objects,
  rollupsOf,
  useDays,
} from "./metric-shard-upkeep.ts";

const { startDay, alarm } = useDays();

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
