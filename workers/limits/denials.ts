import { BoundedMap } from "./bounded-map.ts";
import type { Verdict } from "./verdict.ts";

/** A few megabytes at most. A caller that is forgotten asks the limiter again, and is denied again. */
const CAPACITY = 10_000;

interface Denial {
  verdict: Verdict;
  /** Epoch milliseconds, as are the others. */
  at: number;
  /** Until when nobody wants to hear of it again. */
  quietUntil: number;
}

/** Who was denied, until they would get in: whoever hammers at a closed door does not reach the limiter. */
export class Denials {
  readonly #denials = new BoundedMap<Denial>(CAPACITY);

  /** The denial that still holds, with the times that are left of it. @param now epoch milliseconds */
  find(key: string, now: number): Verdict | undefined {
    const denial = this.#denials.get(key);
    if (denial === undefined) return undefined;
    const passed = now - denial.at;
    const { verdict } = denial;
    if (passed < 0 || passed >= verdict.retryAfterMs) return undefined;
    return {
      allowed: false,
      retryAfterMs: verdict.retryAfterMs - passed,
      windows: verdict.windows.map((window) => ({
        ...window,
        resetMs: Math.max(0, window.resetMs - passed),
      })),
    };
  }

  /** @returns whether it is the first one within the longest window, and so worth telling */
  add(key: string, verdict: Verdict, now: number): boolean {
    const known = this.#denials.get(key);
    const isFirst = known === undefined || now >= known.quietUntil;
    const longest = Math.max(...verdict.windows.map(({ ms }) => ms));
    const quietUntil = isFirst ? now + longest : known.quietUntil;
    this.#denials.set(key, { verdict, at: now, quietUntil });
    return isFirst;
  }

  clear(): void {
    this.#denials.clear();
  }
}
