import type { LimitWindow, Verdict } from "./verdict.ts";

/**
 * Keeps the time of every hit: exact, and meant for limits that are small. Within any stretch of the window's
 * length, no more than the limit get in. A refused one leaves nothing behind.
 */
export class SlidingLog {
  #hits: number[];

  /** @param hits epoch milliseconds, oldest first */
  constructor(hits: readonly number[] = []) {
    this.#hits = [...hits];
  }

  /** @param now epoch milliseconds; a clock that went back is taken to stand still */
  take(window: LimitWindow, now: number): Verdict {
    const time = Math.max(now, this.#hits.at(-1) ?? now);
    this.#hits = this.#hits.filter((hit) => hit + window.ms > time);
    const allowed = this.#hits.length < window.limit;
    if (allowed) this.#hits.push(time);
    const remaining = Math.max(0, window.limit - this.#hits.length);
    const first = this.#hits[Math.max(0, this.#hits.length - window.limit)] ?? time;
    const resetMs = first + window.ms - time;
    return { allowed, windows: [{ ...window, remaining, resetMs }], retryAfterMs: allowed ? 0 : resetMs };
  }

  /** When the last hit has left a window of this length, in epoch milliseconds. */
  expiresAt(ms: number): number {
    return (this.#hits.at(-1) ?? -ms) + ms;
  }

  toStored(): number[] {
    return [...this.#hits];
  }
}
