const FREE = -1;
const FIRST_SLOTS = 256;

/** The time of the sample at a place. */
type TimeAt = (place: number) => number;

/** Finds the samples of one series by their times: an open hash table of places, four to eight bytes a sample. */
export class TimeTable {
  readonly #timeAt: TimeAt;
  /** Nobody who does not know it can make many times collide. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  #slots = new Int32Array(FIRST_SLOTS).fill(FREE);
  #size = 0;

  constructor(timeAt: TimeAt) {
    this.#timeAt = timeAt;
  }

  add(time: number, place: number): void {
    if ((this.#size + 1) * 2 > this.#slots.length) this.#grow();
    this.#size++;
    this.#occupy(time, place);
  }

  /** The place of the sample with a time, or -1. */
  find(time: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(time) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] ?? FREE;
      if (place === FREE || this.#timeAt(place) === time) return place;
    }
  }

  #occupy(time: number, place: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(time) & mask;
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = place;
  }

  #grow(): void {
    const places = this.#slots.filter((place) => place !== FREE);
    this.#slots = new Int32Array(this.#slots.length * 2).fill(FREE);
    for (const place of places) this.#occupy(this.#timeAt(place), place);
  }

  /** The finalizer of MurmurHash3 (github.com/aappleby/smhasher). */
  #hash(time: number): number {
    let hash = time ^ Math.floor(time / 2 ** 32) ^ this.#seed;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }
}
