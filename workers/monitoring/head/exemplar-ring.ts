import type { Exemplar } from "../model/sample-batch.ts";

export interface KeptExemplar extends Exemplar {
  /** The number of its series. */
  readonly series: number;
}

/** The newest exemplars; when it is full, the one that came first gives way. */
export class ExemplarRing {
  #kept: KeptExemplar[] = [];
  #oldest = 0;
  readonly #newest = new Map<number, KeptExemplar>();

  get size(): number {
    return this.#kept.length;
  }

  /** @returns false for one that its series has already, which a repeated request brings, or an older one */
  add(exemplar: KeptExemplar, capacity: number): boolean {
    const newest = this.#newest.get(exemplar.series);
    if (newest !== undefined && exemplar.time <= newest.time) return false;
    this.#newest.set(exemplar.series, exemplar);
    if (this.#kept.length < capacity) {
      this.#kept.push(exemplar);
      return true;
    }
    const place = this.#oldest % this.#kept.length;
    const evicted = this.#kept[place];
    if (evicted !== undefined && this.#newest.get(evicted.series) === evicted) {
      this.#newest.delete(evicted.series);
    }
    this.#kept[place] = exemplar;
    this.#oldest = place + 1;
    return true;
  }

  /** Forgets those of series that are gone. */
  keep(isKept: (series: number) => boolean): void {
    this.#kept = [...this].filter(({ series }) => isKept(series));
    this.#oldest = 0;
    for (const series of this.#newest.keys()) if (!isKept(series)) this.#newest.delete(series);
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<KeptExemplar> {
    const start = this.#kept.length === 0 ? 0 : this.#oldest % this.#kept.length;
    yield* this.#kept.slice(start);
    yield* this.#kept.slice(0, start);
  }
}
