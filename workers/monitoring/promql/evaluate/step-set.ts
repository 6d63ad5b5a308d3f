import { ABSENT } from "../values.ts";

/** Steps at which something has a value: of many things together in the room of one. */
export class StepSet {
  #kinds: Uint8Array;
  #isShared = true;

  /** @param kinds of the first series, not copied */
  constructor(kinds: Uint8Array) {
    this.#kinds = kinds;
  }

  has(step: number): boolean {
    return this.#kinds[step] !== ABSENT;
  }

  /** Adds the steps of another series. @returns false, with nothing added, where one of them is there already */
  add(kinds: Uint8Array): boolean {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== ABSENT && this.#kinds[step] !== ABSENT) return false;
    }
    this.include(kinds);
    return true;
  }

  /** Adds the steps of another series, whether they are there or not. */
  include(kinds: Uint8Array): void {
    if (this.#isShared) {
      this.#kinds = this.#kinds.slice();
      this.#isShared = false;
    }
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== ABSENT) this.#kinds[step] = kinds[step] ?? ABSENT;
    }
  }
}
