import type { LiveTopic } from "../../contract/live.ts";
import { charactersOf, type LiveEvent, newestOf, type Told } from "./live-event.ts";

interface GathererLimits {
  readonly events: number;
  /** Of the labels and data of all events together. */
  readonly characters: number;
}

/**
 * Events that wait to be sent on. Where they become too many, the newest sample of each series stays; where that is
 * still too much, the newest half. Thinning down to half makes it cost little for each event that comes in.
 */
export class Gatherer<Event extends LiveEvent> {
  readonly #limits: GathererLimits;
  #events: Event[] = [];
  #characters = 0;
  #lost = new Set<LiveTopic>();
  #dropped = 0;

  constructor(limits: GathererLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0 && this.#lost.size === 0;
  }

  add({ events, lost }: Told<Event>): void {
    for (const topic of lost) this.#lost.add(topic);
    for (const event of events) {
      this.#events.push(event);
      this.#characters += charactersOf(event);
      if (this.#events.length > this.#limits.events || this.#characters > this.#limits.characters)
        this.#thin();
    }
  }

  /** What was gathered, which is forgotten here. */
  take(): Told<Event> & { dropped: number } {
    const taken = { events: this.#events, lost: [...this.#lost], dropped: this.#dropped };
    this.#events = [];
    this.#characters = 0;
    this.#lost = new Set();
    this.#dropped = 0;
    return taken;
  }

  #thin(): void {
    const newest = newestOf(this.#events);
    const kept: Event[] = [];
    this.#characters = 0;
    for (const event of newest.reverse()) {
      const characters = this.#characters + charactersOf(event);
      if (kept.length >= this.#limits.events / 2 || characters > this.#limits.characters / 2) break;
      kept.push(event);
      this.#characters = characters;
    }
    const isKept = new Set(kept);
    for (const event of this.#events) if (!isKept.has(event)) this.#lost.add(event.topic);
    this.#dropped += this.#events.length - kept.length;
    this.#events = kept.reverse();
  }
}
