import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { batchOf, openShard, samplesOf } from "./metric-shard-samples.ts";
import {
  appendHour,
  byName,
  expectedRollups,
  HOUR,
  rollupsOf,
  type Shard,
  useDays,
} from "./metric-shard-upkeep.ts";

const { advance, startDay, alarm } = useDays();

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
