import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricShard } from "../../durable-objects/metric-shard.ts";
import { Labels } from "../../workers/monitoring/model/labels.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";

const MINUTE = 60_000;
const advance = useClock();

/** Makes writes of the log fail from its n-th new record on, as a full disk would. */
const failFrom = (shard: DurableObjectStub<MetricShard>, slot: number) =>
  runInDurableObject(shard, (_, { storage }) =>
    storage.sql.exec(
      `CREATE TRIGGER failing BEFORE INSERT ON wal WHEN new.slot >= ${slot} BEGIN SELECT RAISE(ABORT, 'full'); END`,
    ),
  );
const heal = (shard: DurableObjectStub<MetricShard>) =>
  runInDurableObject(shard, (_, { storage }) => storage.sql.exec("DROP TRIGGER failing"));

describe("a metric shard whose log cannot be written", () => {
  it("refuses the whole batch, keeps what it acknowledged, and takes the batch when it is sent again", async () => {
    const shard = openShard();
    const now = Date.now();
    await shard.append(batchOf([["kept", now - 1000, 1]]));
    // More than one record: the first of them is written before the second fails.
    const points = Array.from({ length: 90_000 }, (_, i): Point => ["big", now - 90_000 + i, Math.sqrt(i)]);
    await failFrom(shard, 2);
    const refused = await runInDurableObject(shard, (instance) => {
      try {
        instance.append(batchOf(points));
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toBe(true);
    expect([...(await samplesOf(shard)).keys()]).toEqual(["kept"]);
    await heal(shard);
    await evictDurableObject(shard);
    expect([...(await samplesOf(shard)).keys()]).toEqual(["kept"]);
    expect(await shard.append(batchOf(points))).toEqual({ accepted: points.length, refused: [] });
    await evictDurableObject(shard);
    expect((await samplesOf(shard)).get("big")).toEqual(points.map(([, time, value]) => [time, value]));
  });

  it("loses and doubles nothing, whatever fails, is sent twice, evicted or sealed in between", async () => {
    type Act = "append" | "fail" | "twice" | "evict" | "seal";
    const acts = fc.array(fc.constantFrom<Act>("append", "fail", "twice", "evict", "seal"), {
      minLength: 4,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(acts, async (sequence) => {
        const shard = openShard();
        const expected = new Map<string, [number, number][]>();
        for (const [turn, act] of sequence.entries()) {
          advance(MINUTE);
          const points = ["a", "b", `only ${turn}`].map((name): Point => [name, Date.now(), turn + 0.1]);
          await shard.stats();
          if (act === "evict") await evictDurableObject(shard);
          else if (act === "seal") {
            advance(130 * MINUTE);
            await runDurableObjectAlarm(shard);
          } else if (act === "fail") {
            await failFrom(shard, 0);
            await runInDurableObject(shard, (instance) =>
              expect(() => instance.append(batchOf(points))).toThrow("full"),
            );
            await heal(shard);
          } else {
            const sent = Array.from({ length: act === "twice" ? 3 : 1 }, () => shard.append(batchOf(points)));
            for (const { refused } of await Promise.all(sent)) expect(refused).toEqual([]);
            for (const [name, time, value] of points) {
              expected.set(name, [...(expected.get(name) ?? []), [time, value]]);
            }
          }
        }
        expect(await samplesOf(shard)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

describe("a metric shard under attack", () => {
  it("takes a series whose samples come in backwards, and all of them again", async () => {
    const shard = openShard();
    const now = Date.now();
    const points = Array.from({ length: 30_000 }, (_, i): Point => ["back", now - i, i]);
    for (const _ of [1, 2]) {
      expect(await shard.append(batchOf(points))).toEqual({ accepted: points.length, refused: [] });
      expect(await shard.stats()).toMatchObject({ headSamples: points.length });
    }
    const other = await shard.append(batchOf(points.map(([name, time, value]) => [name, time, value + 1])));
    expect(new Set(other.refused.map(({ reason }) => reason))).toEqual(new Set(["duplicate_timestamp"]));
    expect(other.refused).toHaveLength(points.length);
  });

  it("takes sealed samples again, one after the other, and stores none of them twice", async () => {
    const shard = openShard();
    const now = Date.now();
    const points = Array.from(
      { length: 30_000 },
      (_, i): Point => ["sealed", now - 30_000 + i, Math.sqrt(i)],
    );
    await shard.append(batchOf(points));
    advance(130 * MINUTE);
    await runDurableObjectAlarm(shard);
    const sealed = { headSamples: 0, sealedSamples: points.length };
    expect(await shard.stats()).toMatchObject(sealed);
    expect(await shard.append(batchOf(points))).toEqual({ accepted: points.length, refused: [] });
    expect(await shard.stats()).toMatchObject(sealed);
    const other = await shard.append(batchOf(points.map(([name, time, value]) => [name, time, value + 1])));
    expect(other.refused).toHaveLength(points.length);
  });

  it("holds no more bytes of labels than it may, and goes on with the series it knows", async () => {
    const shard = openShard();
    const now = Date.now();
    const long = (name: string) => Labels.of({ __name__: name, text: "x".repeat(4000) });
    await shard.configure({ maxLabelBytes: 10_000 });
    const names = ["a", "b", "c"];
    const first = await shard.append(
      batchOf(
        names.map((name) => [name, now - 1, 1]),
        long,
      ),
    );
    expect(first).toEqual({ accepted: 2, refused: [{ sample: 2, reason: "series_limit" }] });
    await evictDurableObject(shard);
    const second = await shard.append(
      batchOf(
        names.map((name) => [name, now, 1]),
        long,
      ),
    );
    expect(second).toEqual(first);
    expect((await shard.stats()).labelBytes).toBeLessThanOrEqual(10_000);
  });
});
