import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";
import {
  appendHour,
  blocksOf,
  DAY,
  expectedRollups,
  HOUR,
  MINUTE,
  rollupsOf,
  useDays,
} from "./metric-shard-upkeep.ts";

const { advance, startDay, alarm } = useDays();

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
