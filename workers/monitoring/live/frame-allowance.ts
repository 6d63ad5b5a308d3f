/** What frames cost that make work: those that subscribe, unsubscribe or are none. An acknowledgement costs 1. */
export const COSTLY = 50;
const BURST = 5_000;
const A_SECOND = 500;

/**
 * How much a client may make the hub do: 100 subscriptions at once and 10 a second, or more acknowledgements than it
 * can be asked for.
 */
export class FrameAllowance {
  #left = BURST;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** @returns whether there was enough left */
  take(cost: number, now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1000) * A_SECOND;
    this.#left = Math.min(BURST, this.#left + earned) - cost;
    this.#at = now;
    return this.#left >= 0;
  }
}
