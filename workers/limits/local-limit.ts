import { BoundedMap } from "./bounded-map.ts";
import { localWindows } from "./policies.ts";
import { SlidingWindows } from "./sliding-window.ts";
import type { LimitWindow, Verdict } from "./verdict.ts";

/** Whoever is forgotten starts anew: enough subjects that this takes longer than a minute. */
const CAPACITY = 10_000;

/** What one isolate lets in by its own count, while the limiter is away: a quarter of each limit. */
export class LocalLimit {
  readonly #subjects = new BoundedMap<SlidingWindows>(CAPACITY);

  /** @param now epoch milliseconds */
  take(subject: string, windows: readonly LimitWindow[], weight: number, now: number): Verdict {
    const counted = this.#subjects.get(subject) ?? new SlidingWindows();
    this.#subjects.set(subject, counted);
    return counted.take(localWindows(windows), weight, now);
  }

  clear(): void {
    this.#subjects.clear();
  }
}
