import type { LiveEvent } from "./live-event.ts";

/** What happened within one tick of a feed. */
export interface EventBatch {
  /** Counts up by one from batch to batch. */
  readonly sequence: number;
  readonly time: number;
  readonly events: readonly LiveEvent[];
}

/** The newest batches of a feed, for those who come back and those who fall behind. */
export class EventRing {
  readonly #batches: EventBatch[] = [];
  readonly #keepMs: number;
  readonly #maxEvents: number;
  #events = 0;
  #sequence: number;

  /**
   * @param sequence of the last batch before this ring began
   * @param keepMs how long a batch is kept at most
   */
  constructor(sequence: number, { keepMs, maxEvents }: { keepMs: number; maxEvents: number }) {
    this.#sequence = sequence;
    this.#keepMs = keepMs;
    this.#maxEvents = maxEvents;
  }

  /** Of the newest batch. */
  get sequence(): number {
    return this.#sequence;
  }

  add(events: readonly LiveEvent[], time: number): EventBatch {
    this.#sequence += 1;
    const batch = { sequence: this.#sequence, time, events };
    this.#batches.push(batch);
    this.#events += events.length;
    while (this.#batches.length > 1 && this.#isTooMuch(time)) {
      this.#events -= this.#batches.shift()?.events.length ?? 0;
    }
    return batch;
  }

  /** The batches after a place, or null when some of them are forgotten. */
  after(sequence: number): readonly EventBatch[] | null {
    if (sequence > this.#sequence) return null;
    const oldest = this.#batches[0]?.sequence ?? this.#sequence + 1;
    return sequence + 1 < oldest ? null : this.#batches.slice(sequence + 1 - oldest);
  }

  #isTooMuch(now: number): boolean {
    const [oldest] = this.#batches;
    return this.#events > this.#maxEvents || (oldest !== undefined && now - oldest.time > this.#keepMs);
  }
}
