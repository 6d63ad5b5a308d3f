const RESERVED = "reserved";
/** One write for so many. */
const AT_ONCE = 100_000;

/**
 * Keeps the sequences of a feed from ever going back. They are reserved before they are used; after a restart they go
 * on above what was reserved, so that no place given out before is taken for a new one.
 */
export class Sequences {
  readonly #kv: SyncKvStorage;
  /** Not used yet by anybody. */
  readonly first: number;
  #reserved: number;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
    this.#reserved = kv.get<number>(RESERVED) ?? 0;
    this.first = this.#reserved + 1;
  }

  /** What is sent afterwards waits until the write is confirmed: the runtime's output gate sees to it. */
  reserve(sequence: number): void {
    if (sequence <= this.#reserved) return;
    this.#reserved = sequence + AT_ONCE;
    this.#kv.put(RESERVED, this.#reserved);
  }
}
