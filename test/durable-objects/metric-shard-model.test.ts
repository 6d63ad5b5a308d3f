import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { expect, it } from "vitest";
import { useClock } from "../support/clock.ts";
import { batchOf, openShard, type Point, samplesOf } from "./metric-shard-samples.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RAW_DAYS = 2;

const advance = useClock();

/** What a shard is to have, kept in the simplest way. */
class Model {
  readonly series = new Map<string, Map<number, number>>();

  append(points: readonly Point[], now: number): (string | null)[] {
    return points.map(([name, time, value]) => {
      if (time < now - RAW_DAYS * DAY) return "too_old";
      if (time > now + 10 * MINUTE) return "too_far_in_future";
      const samples = this.series.get(name) ?? new Map<number, number>();
      this.series.set(name, samples);
      const known = samples.get(time);
      if (known !== undefined) return known === value ? null : "duplicate_timestamp";
      if (time < Math.max(...samples.keys()) - 10 * MINUTE) return "out_of_order";
      samples.set(time, value);
      return null;
    });
  }

  /** Of days that are not over for so long that they may be gone. */
  kept(now: number): Map<string, [number, number][]> {
    const oldest = (Math.floor(now / DAY) - RAW_DAYS) * DAY;
    const kept = new Map<string, [number, number][]>();
    for (const [name, samples] of this.series) {
      const left = [...samples].filter(([time]) => time >= oldest).sort(([a], [b]) => a - b);
      if (left.length > 0) kept.set(name, left);
    }
    return kept;
  }
}

const point = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  /** In units of 15 s, so that times repeat. */
  ago: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 8 }) },
    { weight: 2, arbitrary: fc.integer({ min: -3, max: 60 }) },
    { weight: 1, arbitrary: fc.constantFrom(-50, 12_000) },
  ),
  value: fc.integer({ min: 0, max: 2 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ points: fc.array(point, { minLength: 1, maxLength: 30 }) }) },
  { weight: 2, arbitrary: fc.constant({ stop: true } as const) },
  {
    weight: 6,
    arbitrary: fc.record({
      wait: fc.constantFrom(0, MINUTE, 20 * MINUTE, 3 * HOUR, DAY, 2 * DAY),
      alarms: fc.integer({ min: 0, max: 3 }),
    }),
  },
);

it("has what it acknowledged, once, whenever it is stopped, packs, moves or drops days", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
      const shard = openShard();
      await shard.configure({
        sealSamples: 40,
        coldAfterDays: 0,
        retentionDays: { raw: RAW_DAYS, "1m": 2, "5m": 3, "1h": 3, "1d": 4 },
      });
      const model = new Model();
      for (const what of steps) {
        if ("points" in what) {
          const now = Math.floor(Date.now() / (15 * SECOND)) * 15 * SECOND;
          const points = what.points.map(
            ({ name, ago, value }): Point => [name, now - ago * 15 * SECOND, value],
          );
          const { accepted, refused } = await shard.append(batchOf(points));
          const expected = model
            .append(points, Date.now())
            .flatMap((reason, sample) => (reason === null ? [] : [{ sample, reason }]));
          expect(refused).toEqual(expected);
          expect(accepted).toBe(points.length - expected.length);
          continue;
        }
        if ("stop" in what) await evictDurableObject(shard);
        else {
          advance(what.wait);
          for (let i = 0; i < what.alarms; i++) await runDurableObjectAlarm(shard);
        }
        const found = await samplesOf(shard);
        const expected = model.kept(Date.now());
        for (const [name, samples] of expected) {
          const oldest = samples[0]?.[0] ?? 0;
          expect(found.get(name)?.filter(([time]) => time >= oldest)).toEqual(samples);
        }
        for (const [name, samples] of found) {
          for (const [time, value] of samples) expect(model.series.get(name)?.get(time)).toBe(value);
        }
      }
    }),
    { numRuns: 12 },
  );
});
