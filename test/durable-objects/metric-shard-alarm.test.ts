import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";
import { appendHour, blocksOf, bucket, byName, HOUR, useDays } from "./metric-shard-upkeep.ts";

const { advance, startDay, alarm } = useDays();

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
