import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";
import {
  appendHour,
  blocksOf,
  byName,
  expectedRollups,
  HOUR,
  MINUTE,
  rollupsOf,
  useDays,
} from "./metric-shard-upkeep.ts";

const { startDay, alarm } = useDays();

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
