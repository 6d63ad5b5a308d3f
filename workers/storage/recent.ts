import { meter } from "../monitoring/own-metrics/meter.ts";

/** After this long a value is looked up again, in the background. */
const FRESH_MS = 2_500;
/** After this long nobody is answered by it any more: what another isolate changed holds everywhere by then. */
const STALE_MS = 5_000;
const MAX_VALUES = 5_000;

const all = new Set<Recent<unknown>>();

/**
 * What an isolate knows of a store, never older than five seconds: keeps requests from waiting for D1.
 * What a look-up throws is not kept.
 */
export class Recent<Value> {
  readonly #known = new Map<string, { value: Value; since: number }>();
  /** Counts the changes, so that a look-up which began before one does not bring back what was. */
  #epoch = 0;
  readonly #cache: string;

  /** @param cache what is kept, as the service's own metrics call it */
  constructor(cache: string) {
    this.#cache = cache;
    all.add(this);
  }

  /** @param background goes on after the reply */
  async get(
    key: string,
    look: () => Promise<Value>,
    background: (work: Promise<unknown>) => void,
  ): Promise<Value> {
    const kept = this.#known.get(key);
    const age = kept === undefined ? Number.POSITIVE_INFINITY : Date.now() - kept.since;
    if (kept === undefined || age > STALE_MS) {
      meter.count("rag_cache_misses_total", { cache: this.#cache });
      return this.look(key, look);
    }
    meter.count("rag_cache_hits_total", { cache: this.#cache });
    if (age > FRESH_MS) background(this.look(key, look).catch(() => this.#known.delete(key)));
    return kept.value;
  }

  /** Looks now, whatever is known, and keeps what was found. */
  async look(key: string, look: () => Promise<Value>): Promise<Value> {
    const since = Date.now();
    const epoch = this.#epoch;
    const value = await look();
    if (epoch !== this.#epoch) return value;
    if (this.#known.size >= MAX_VALUES) this.#known.clear();
    this.#known.set(key, { value, since });
    return value;
  }

  /** To be called where what is looked up is changed. */
  forget(): void {
    this.#epoch += 1;
    this.#known.clear();
  }
}

/** Forgets everything: the stores were exchanged. */
export const forgetAll = (): void => {
  for (const recent of all) recent.forget();
};
