import { growFloat64, growInt32, growUint32 } from "./columns.ts";

/** Label bytes are kept in pages of so many bytes; longer ones get a page of their own. */
const LABEL_PAGE = 256 * 1024;
const FREE = -1;
/** Slots of the hash table for each series. */
const SLOTS_A_SERIES = 2;

/** The first and the newest sample of a series: what is needed to judge the next one, and to answer "latest". */
export interface SeriesTips {
  /** Milliseconds. */
  readonly first: number;
  readonly last: number;
  /** The bits of the newest value, low word first. */
  readonly low: number;
  readonly high: number;
}

/**
 * The series of a shard: numbers given in the order in which they come, never given again. A series is found by the
 * 64-bit hash of its label bytes, which are then compared.
 */
export class SeriesTable {
  readonly #pages: Uint8Array[] = [];
  #pageUsed = 0;
  #page = new Int32Array(0);
  #start = new Uint32Array(0);
  #end = new Uint32Array(0);
  #hashes = new Uint32Array(0);
  #firsts = new Float64Array(0);
  #lasts = new Float64Array(0);
  #lastBits = new Uint32Array(0);
  #slots = new Int32Array(1024).fill(FREE);
  #capacity = 0;
  #next = 0;
  #size = 0;
  #labelBytes = 0;

  /** How many series there are. */
  get size(): number {
    return this.#size;
  }

  /** One more than the highest number ever given. */
  get end(): number {
    return this.#next;
  }

  get labelBytes(): number {
    return this.#labelBytes;
  }

  has(series: number): boolean {
    return series < this.#next && (this.#page[series] ?? FREE) !== FREE;
  }

  /** @returns the number of the series with these label bytes, or -1 */
  find(bytes: Uint8Array, start: number, end: number, low: number, high: number): number {
    const mask = this.#slots.length - 1;
    const hashes = this.#hashes;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const series = this.#slots[slot] ?? FREE;
      if (series === FREE) return FREE;
      if (hashes[series * 2] !== low || hashes[series * 2 + 1] !== high) continue;
      if (this.#isEqual(series, bytes, start, end)) return series;
    }
  }

  add(bytes: Uint8Array, start: number, end: number, low: number, high: number): number {
    const series = this.#next;
    this.restore(series, bytes.subarray(start, end), low, high);
    return series;
  }

  /** Adds a series under the number that it had. Numbers come in ascending order, with gaps where series went. */
  restore(series: number, labels: Uint8Array, low: number, high: number): void {
    if (series < this.#next) throw new RangeError(`Series ${series} is there already.`);
    this.#grow(series + 1);
    this.#next = series + 1;
    this.#keepLabels(series, labels);
    this.#hashes[series * 2] = low;
    this.#hashes[series * 2 + 1] = high;
    this.#size++;
    if (this.#size * SLOTS_A_SERIES > this.#slots.length) this.#rehash();
    else this.#takeSlot(series);
  }

  /** Gives no number below this one any more: what was stored of series that are gone may still go by them. */
  skipTo(end: number): void {
    this.#grow(end);
    this.#next = Math.max(this.#next, end);
  }

  /** The label bytes of a series, not copied. */
  labels(series: number): Uint8Array {
    const page = this.#pages[this.#page[series] ?? FREE];
    if (page === undefined) throw new RangeError(`There is no series ${series}.`);
    return page.subarray(this.#start[series] ?? 0, this.#end[series] ?? 0);
  }

  hash(series: number): { low: number; high: number } {
    return { low: this.#hashes[series * 2] ?? 0, high: this.#hashes[series * 2 + 1] ?? 0 };
  }

  /** Milliseconds; Infinity before the first sample. */
  first(series: number): number {
    return this.#firsts[series] ?? Number.POSITIVE_INFINITY;
  }

  /** Milliseconds; -Infinity before the first sample. */
  last(series: number): number {
    return this.#lasts[series] ?? Number.NEGATIVE_INFINITY;
  }

  /** The bits of the newest sample's value, low word first; a histogram's are those of NaN. */
  lastLow(series: number): number {
    return this.#lastBits[series * 2] ?? 0;
  }

  lastHigh(series: number): number {
    return this.#lastBits[series * 2 + 1] ?? 0;
  }

  /** Takes notice of a sample. */
  touch(series: number, time: number, low: number, high: number): void {
    if (time < (this.#firsts[series] ?? Number.POSITIVE_INFINITY)) this.#firsts[series] = time;
    if (time < (this.#lasts[series] ?? Number.NEGATIVE_INFINITY)) return;
    this.#lasts[series] = time;
    this.#lastBits[series * 2] = low;
    this.#lastBits[series * 2 + 1] = high;
  }

  restoreTips(series: number, { first, last, low, high }: SeriesTips): void {
    this.#firsts[series] = first;
    this.#lasts[series] = last;
    this.#lastBits[series * 2] = low;
    this.#lastBits[series * 2 + 1] = high;
  }

  /** The table without some series; what is left keeps its numbers. */
  without(isGone: (series: number) => boolean): SeriesTable {
    const kept = new SeriesTable();
    for (let series = 0; series < this.#next; series++) {
      if (!this.has(series) || isGone(series)) continue;
      const { low, high } = this.hash(series);
      kept.restore(series, this.labels(series), low, high);
      kept.restoreTips(series, {
        first: this.first(series),
        last: this.last(series),
        low: this.lastLow(series),
        high: this.lastHigh(series),
      });
    }
    kept.skipTo(this.#next);
    return kept;
  }

  #isEqual(series: number, bytes: Uint8Array, start: number, end: number): boolean {
    const page = this.#pages[this.#page[series] ?? FREE];
    const from = this.#start[series] ?? 0;
    const length = end - start;
    if (page === undefined || (this.#end[series] ?? 0) - from !== length) return false;
    for (let i = 0; i < length; i++) if (page[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #keepLabels(series: number, labels: Uint8Array): void {
    const needsPage = this.#pages.length === 0 || this.#pageUsed + labels.length > LABEL_PAGE;
    if (needsPage) {
      this.#pages.push(new Uint8Array(Math.max(LABEL_PAGE, labels.length)));
      this.#pageUsed = 0;
    }
    this.#pages.at(-1)?.set(labels, this.#pageUsed);
    this.#page[series] = this.#pages.length - 1;
    this.#start[series] = this.#pageUsed;
    this.#pageUsed += labels.length;
    this.#end[series] = this.#pageUsed;
    this.#labelBytes += labels.length;
  }

  #takeSlot(series: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[series * 2] ?? 0) & mask;
    while ((this.#slots[slot] ?? FREE) !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = series;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(FREE);
    for (let series = 0; series < this.#next; series++) if (this.has(series)) this.#takeSlot(series);
  }

  #grow(count: number): void {
    if (count <= this.#capacity) return;
    this.#page = growInt32(this.#page, count, FREE);
    this.#start = growUint32(this.#start, count);
    this.#end = growUint32(this.#end, count);
    this.#firsts = growFloat64(this.#firsts, count, Number.POSITIVE_INFINITY);
    this.#lasts = growFloat64(this.#lasts, count, Number.NEGATIVE_INFINITY);
    this.#capacity = this.#page.length;
    this.#hashes = growUint32(this.#hashes, this.#capacity * 2);
    this.#lastBits = growUint32(this.#lastBits, this.#capacity * 2);
  }
}
