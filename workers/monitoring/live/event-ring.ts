import type { LiveTopic } from "../../contract/live.ts";
import { charactersOf, type LiveEvent, type Told } from "./live-event.ts";

/** What happened within one tick of a feed. */
export interface EventBatch extends Told {
  /** Counts up by one from batch to batch. */
  readonly sequence: number;
  readonly time: number;
}

interface RingLimits {
  /** How long a batch is kept at most, in milliseconds. */
  readonly keepMs: number;
  readonly events: number;
  /** Of the labels and data of all events together. */
  readonly characters: number;
}

interface Kept {
  batch: EventBatch;
  characters: number;
}

/** The newest batches of a feed, for those who come back and those who fall behind. */
export class EventRing {
  readonly #kept: Kept[] = [];
  readonly #limits: RingLimits;
  #events = 0;
  #characters = 0;
  #sequence: number;

  /** @param sequence of the last batch before this ring began */
  constructor(sequence: number, limits: RingLimits) {
    this.#sequence = sequence;
    this.#limits = limits;
  }

  /** Of the newest batch. */
  get sequence(): number {
    return this.#sequence;
  }

  /** All batches that are known. */
  get batches(): readonly EventBatch[] {
    return this.#kept.map(({ batch }) => batch);
  }

  /** The newest batch stays, however big it is. */
  add(events: readonly LiveEvent[], lost: readonly LiveTopic[], time: number): EventBatch {
    this.#sequence += 1;
    const batch = { sequence: this.#sequence, time, events, lost };
    const characters = events.reduce((sum, event) => sum + charactersOf(event), 0);
    this.#kept.push({ batch, characters });
    this.#events += events.length;
    this.#characters += characters;
    this.forget(time);
    return batch;
  }

  /** The batches after a place, or null when some of them are forgotten. */
  after(sequence: number): readonly EventBatch[] | null {
    if (sequence > this.#sequence) return null;
    const oldest = this.#sequence - this.#kept.length + 1;
    return sequence + 1 < oldest ? null : this.batches.slice(sequence + 1 - oldest);
  }

  /** Lets go of what is too old or too much. */
  forget(now: number): void {
    const { keepMs, events, characters } = this.#limits;
    for (;;) {
      const [oldest] = this.#kept;
      if (oldest === undefined) return;
      const isTooMuch = this.#events > events || this.#characters > characters;
      const isNewest = oldest.batch.sequence === this.#sequence;
      if (now - oldest.batch.time <= keepMs && (isNewest || !isTooMuch)) return;
      this.#kept.shift();
      this.#events -= oldest.batch.events.length;
      this.#characters -= oldest.characters;
    }
  }
}
