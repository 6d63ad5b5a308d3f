import type { LimitWindow, Verdict, WindowState } from "./verdict.ts";

/**
 * Into how many parts a window is counted. With one (the two numbers that this counter usually keeps), bursts let in
 * up to 6% more than an exact log does; with fifty, 0.6%. Divides a second and a minute into whole
 * milliseconds.
 */
const PARTS = 50;

/** What is remembered of the requests within a length of time. */
interface Counter {
  /** The number, since the epoch, of the part that the last entry of `counts` is for. */
  part: number;
  /** Requests by part, oldest first: those that lie within the length, and the one that is just leaving it. */
  counts: number[];
}

/** Counters by the length of their window in milliseconds, as they are stored. */
export type StoredCounters = [ms: number, counter: Counter][];

/**
 * The sliding-window counter: counts the requests of each part of a window; of the part that is just leaving, the
 * share that still lies within the window's length, as if its requests had come evenly. No aligned window ever lets
 * in more than its limit. A request must fit every window; one that is refused counts in none. The clock is the
 * caller's: `now` is in epoch milliseconds, and may stand still or go back.
 *
 * The algorithm: https://blog.cloudflare.com/counting-things-a-lot-of-different-things/
 *
 * @example new SlidingWindows().take([{ name: "minute", limit: 60, ms: 60_000 }], 1, Date.now()).allowed
 */
export class SlidingWindows {
  readonly #counters: Map<number, Counter>;

  constructor(stored: StoredCounters = []) {
    this.#counters = new Map(stored);
  }

  /** @param weight how many requests it counts for; one heavier than a whole window takes all of it */
  take(windows: readonly LimitWindow[], weight: number, now: number): Verdict {
    const counted = windows.map((window) => {
      const counter = moveOn(this.#counters.get(window.ms), window.ms, now);
      this.#counters.set(window.ms, counter);
      const units = Math.min(weight, window.limit);
      return { window, counter, units, waitMs: waitFor(units, counter, window, now) };
    });
    const retryAfterMs = Math.max(0, ...counted.map(({ waitMs }) => waitMs));
    const allowed = retryAfterMs === 0;
    const states = counted.map(({ window, counter, units }) => {
      if (allowed) counter.counts.push((counter.counts.pop() ?? 0) + units);
      return stateOf(counter, window, now);
    });
    return { allowed, windows: states, retryAfterMs };
  }

  /** When nothing that was counted matters any more, in epoch milliseconds. */
  get expiresAt(): number {
    return Math.max(0, ...[...this.#counters].map(([ms, { part }]) => (part + 1) * (ms / PARTS) + ms));
  }

  toStored(): StoredCounters {
    return [...this.#counters].map(([ms, { part, counts }]) => [ms, { part, counts: [...counts] }]);
  }
}

/** The counter at the time `now`; where the clock went back, it stays where it was. */
function moveOn(counter: Counter | undefined, ms: number, now: number): Counter {
  const part = Math.floor((now * PARTS) / ms);
  const passed = counter === undefined ? Number.POSITIVE_INFINITY : part - counter.part;
  if (counter === undefined || passed > PARTS) return { part, counts: Array<number>(PARTS + 1).fill(0) };
  if (passed <= 0) return counter;
  return { part, counts: [...counter.counts.slice(passed), ...Array<number>(passed).fill(0)] };
}

/** Milliseconds until the current part ends, and with it what is leaving has left. */
const leftOf = ({ part }: Counter, ms: number, now: number): number =>
  Math.min(ms / PARTS, (part + 1) * (ms / PARTS) - now);

function remainingOf({ part, counts }: Counter, { limit, ms }: LimitWindow, now: number): number {
  const [leaving = 0, ...within] = counts;
  const carried = Math.floor((leaving * leftOf({ part, counts }, ms, now) * PARTS) / ms);
  return Math.max(0, limit - carried - sum(within));
}

/** Milliseconds until so much fits, while nothing else comes: what is counted only ever falls then. */
function waitFor(units: number, counter: Counter, window: LimitWindow, now: number): number {
  if (remainingOf(counter, window, now) >= units) return 0;
  const partMs = window.ms / PARTS;
  let within = sum(counter.counts);
  let partEndsIn = leftOf(counter, window.ms, now);
  for (const leaving of counter.counts) {
    within -= leaving;
    const room = window.limit - units - within;
    if (room >= 0) {
      // Rounded down, what is carried over fits as soon as it is below room + 1.
      const mostLeft = Math.ceil(((room + 1) * partMs) / leaving) - 1;
      return partEndsIn - Math.min(partMs, mostLeft);
    }
    partEndsIn += partMs;
  }
  return partEndsIn;
}

function stateOf(counter: Counter, window: LimitWindow, now: number): WindowState {
  const remaining = remainingOf(counter, window, now);
  const endsIn = window.ms - (now % window.ms);
  return { ...window, remaining, resetMs: remaining > 0 ? endsIn : waitFor(1, counter, window, now) };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
