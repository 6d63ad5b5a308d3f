import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { useClock } from "../support/clock.ts";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const advance = useClock();

describe("a metric shard", () => {
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
});
