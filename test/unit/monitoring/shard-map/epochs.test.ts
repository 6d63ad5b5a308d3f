import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochAt, shardOf, shardsFor } from "../../../../workers/monitoring/shard-map/epochs.ts";

const word = fc.integer({ min: 0, max: 0xffffffff });
const epochs = [
  { epoch: 0, shards: 1, from: 0 },
  { epoch: 1, shards: 4, from: 1000 },
  { epoch: 2, shards: 2, from: 2000 },
];
const tolerance = { lateMs: 100, earlyMs: 50, viewMs: 10 };

describe("where a series goes", () => {
  it("is the same shard always, and after a shard was added the same or the new one", () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 20 }), (low, high, shards) => {
        const before = shardOf({ epoch: 0, shards, from: 0 }, low, high);
        const after = shardOf({ epoch: 1, shards: shards + 1, from: 0 }, low, high);
        expect(before).toBeLessThan(shards);
        expect([before, shards]).toContain(after);
      }),
    );
  });

  it("is every shard about as often", () => {
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 80_000; i++) {
      const shard = shardOf(
        { epoch: 0, shards: 8, from: 0 },
        Math.imul(i, 0x9e3779b1) >>> 0,
        Math.imul(i, 0x85ebca6b),
      );
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("is said by the epoch that has begun", () => {
    expect([-5, 0, 999, 1000, 1999, 5000].map((now) => epochAt(epochs, now).epoch)).toEqual([
      0, 0, 0, 1, 1, 2,
    ]);
  });
});

describe("which shards are asked", () => {
  const asked = (start: number, end: number) => shardsFor(epochs, { start, end }, tolerance);

  it("are those of one epoch well within it", () => {
    expect(asked(0, 899)).toEqual({ shards: [0], isDisjoint: true });
    expect(asked(1061, 1899)).toEqual({ shards: [0, 1, 2, 3], isDisjoint: true });
    expect(asked(2061, 9000)).toEqual({ shards: [0, 1], isDisjoint: true });
  });

  it("are those of both around a change", () => {
    expect(asked(900, 900)).toEqual({ shards: [0, 1, 2, 3], isDisjoint: false });
    expect(asked(1060, 1060)).toEqual({ shards: [0, 1, 2, 3], isDisjoint: false });
    expect(asked(0, 9000)).toEqual({ shards: [0, 1, 2, 3], isDisjoint: false });
  });

  it("hold every sample that may be sent at some moment", () => {
    fc.assert(
      fc.property(
        word,
        word,
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: -100, max: 50 }),
        fc.integer({ min: 0, max: 10 }),
        (low, high, now, off, view) => {
          // An isolate may not have heard of an epoch that began less than `view` ago.
          const shard = shardOf(epochAt(epochs, now - view), low, high);
          const time = now + off;
          expect(asked(time, time).shards).toContain(shard);
        },
      ),
    );
  });
});
