import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlidingLog } from "../../../workers/limits/sliding-log.ts";
import { SlidingWindows } from "../../../workers/limits/sliding-window.ts";
import type { LimitWindow } from "../../../workers/limits/verdict.ts";

const MS = 60_000;
const EPOCH = 1_700_000_000_000;
const minute = (limit: number): LimitWindow => ({ name: "minute", limit, ms: MS });

/** Pauses between requests that mostly saturate the limits below, sometimes by far, and sometimes stand still. */
const pauses = fc.array(fc.oneof(fc.nat(50), fc.nat(2_000), fc.nat(100_000)), {
  minLength: 1,
  maxLength: 300,
});

/** The times of requests that come at random: at `load` times the limit while a burst lasts, none in the pauses. */
function* arrivals(random: () => number, limit: number, traffic: Traffic): Generator<number> {
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const end = EPOCH + WINDOWS * MS;
  let time = EPOCH + random() * MS;
  while (time < end) {
    const burstEnds = time + (traffic.onMs === 0 ? WINDOWS * MS : exponential(traffic.onMs));
    for (;;) {
      time += exponential(MS / (limit * traffic.load));
      if (time >= Math.min(burstEnds, end)) break;
      yield Math.round(time);
    }
    time += exponential(traffic.offMs);
  }
}

interface Traffic {
  load: number;
  /** Mean length of a burst; 0 for traffic without pauses. */
  onMs: number;
  offMs: number;
}
const WINDOWS = 100;

describe("the sliding-window counter", () => {
  const traffic = fc.oneof(
    fc.record({
      load: fc.double({ min: 0.5, max: 3, noNaN: true }),
      onMs: fc.constant(0),
      offMs: fc.constant(0),
    }),
    fc.record({
      load: fc.double({ min: 1.5, max: 8, noNaN: true }),
      onMs: fc.integer({ min: 2_000, max: 100_000 }),
      offMs: fc.integer({ min: 10_000, max: 100_000 }),
    }),
  );

  it("lets in what an exact log would, within 1%, however the requests come", () => {
    fc.assert(
      fc.property(
        traffic,
        fc.integer({ min: 100, max: 250 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (shape, limit, seed) => {
          const ours = new SlidingWindows();
          const exact = new SlidingLog();
          let letIn = 0;
          let letInExactly = 0;
          for (const now of arrivals(generatorOf(seed), limit, shape)) {
            if (ours.take([minute(limit)], 1, now).allowed) letIn += 1;
            if (exact.take(minute(limit), now).allowed) letInExactly += 1;
          }
          expect(Math.abs(letIn - letInExactly)).toBeLessThanOrEqual(letInExactly * 0.01);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("never lets more than the limit into an aligned window", () => {
    fc.assert(
      fc.property(
        pauses,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 4 }),
        (gaps, limit, weight) => {
          const windows = new SlidingWindows();
          const units = Math.min(weight, limit);
          const inWindow = new Map<number, number>();
          let now = EPOCH;
          for (const gap of gaps) {
            now += gap;
            if (!windows.take([minute(limit)], weight, now).allowed) continue;
            const aligned = Math.floor(now / MS);
            inWindow.set(aligned, (inWindow.get(aligned) ?? 0) + units);
          }
          expect(Math.max(...inWindow.values())).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  it("says to the millisecond when a refused request would get in", () => {
    fc.assert(
      fc.property(
        pauses,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 4 }),
        (gaps, limit, weight) => {
          const windows = new SlidingWindows();
          let now = EPOCH;
          for (const gap of gaps) {
            now += gap;
            const before = windows.toStored();
            const { allowed, retryAfterMs } = windows.take([minute(limit)], weight, now);
            if (allowed) continue;
            const at = (time: number) =>
              new SlidingWindows(before).take([minute(limit)], weight, time).allowed;
            expect([at(now + retryAfterMs - 1), at(now + retryAfterMs)]).toEqual([false, true]);
          }
        },
      ),
    );
  });

  it("counts a request in every window, and a refused one in none", () => {
    const policy = [minute(100), { name: "burst", limit: 3, ms: 1_000 }];
    const windows = new SlidingWindows();
    for (let sent = 0; sent < 10; sent += 1) windows.take(policy, 1, EPOCH);
    const { allowed, windows: states, retryAfterMs } = windows.take(policy, 1, EPOCH);
    expect({ allowed, remaining: states.map(({ remaining }) => remaining) }).toEqual({
      allowed: false,
      remaining: [97, 0],
    });
    expect(retryAfterMs).toBeLessThanOrEqual(1_020);
  });

  it("goes on where it was stored, and forgets once everything has passed", () => {
    const windows = new SlidingWindows();
    windows.take([minute(2)], 2, EPOCH);
    const restored = new SlidingWindows(windows.toStored());
    expect(restored.take([minute(2)], 1, EPOCH + MS / 2).allowed).toBe(false);
    const later = new SlidingWindows(windows.toStored());
    expect(later.take([minute(2)], 2, windows.expiresAt).allowed).toBe(true);
  });

  it("is not deceived by a clock that goes back, nor by a limit that was lowered", () => {
    const windows = new SlidingWindows();
    windows.take([minute(5)], 5, EPOCH + MS);
    expect(windows.take([minute(5)], 1, EPOCH).allowed).toBe(false);
    expect(windows.take([minute(2)], 1, EPOCH + MS).windows[0]?.remaining).toBe(0);
  });
});

describe("the exact log", () => {
  it("lets exactly the limit into any stretch of the window's length", () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 12 }), (gaps, limit) => {
        const log = new SlidingLog();
        const letIn: number[] = [];
        let now = EPOCH;
        for (const gap of gaps) {
          now += gap;
          const recent = letIn.filter((hit) => hit > now - MS);
          const { allowed, windows, retryAfterMs } = log.take(minute(limit), now);
          expect(allowed).toBe(recent.length < limit);
          if (allowed) letIn.push(now);
          else
            expect(new SlidingLog(log.toStored()).take(minute(limit), now + retryAfterMs).allowed).toBe(true);
          expect(windows[0]?.remaining).toBe(Math.max(0, limit - recent.length - (allowed ? 1 : 0)));
        }
      }),
    );
  });
});

/** Numbers from 0 to 1, always the same ones for a seed (Numerical Recipes' linear congruential generator). */
function generatorOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
