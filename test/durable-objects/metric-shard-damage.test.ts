import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { batchOf, EVER, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";
import {
  appendHour,
  blocksOf,
  byName,
  expectedRollups,
  HOUR,
  objects,
  rollupsOf,
  type Shard,
  useDays,
} from "./metric-shard-upkeep.ts";

const { startDay, alarm } = useDays();

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
