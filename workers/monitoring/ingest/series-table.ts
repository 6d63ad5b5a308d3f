import { hashBytes } from "../model/label-codec.ts";
import type { RefusalReason } from "../model/sample-batch.ts";

const FIRST_ROWS = 256;
const FIRST_BYTES = 32 * 1024;

/** Bytes are read four at a time, up to three past the end. */
const SLACK = 4;

/** A row is so many words, side by side because they are asked for together. */
const ROW = 8;
/** Its lowest bit tells the key's form. */
const KEY_HASH = 0;
/** A row's key begins here; its labels begin where its key ends. */
const KEY_START = 1;
const KEY_END = 2;
const LABELS_END = 3;
/** The two words of the labels' hash. */
export const HASH = 4;
/** Which batch the series was last added to, and as which of its series. */
export const BATCH = 6;
export const BATCH_SERIES = 7;

/**
 * Keys of series and what they stand for: the bytes of their labels, or no bytes where the labels are refused. A row is
 * never removed: {@link SeriesCache} lets whole tables go. Rows are found by their key, or guessed.
 */
export class SeriesTable {
  rows = 0;
  words = new Int32Array(FIRST_ROWS * ROW);
  bytes = new Uint8Array(FIRST_BYTES + SLACK);
  view = new DataView(this.bytes.buffer);
  /** Refusals by row; what is not here has labels. */
  readonly faults = new Map<number, RefusalReason>();
  #slots = new Int32Array(FIRST_ROWS * 2);
  #byteSize = 0;

  get byteSize(): number {
    return this.#byteSize;
  }

  /** Where a row's words begin. */
  at(row: number): number {
    return row * ROW;
  }

  labelsStart(row: number): number {
    return this.words[row * ROW + KEY_END] ?? 0;
  }

  labelsEnd(row: number): number {
    return this.words[row * ROW + LABELS_END] ?? 0;
  }

  /** The row of a key, or -1. */
  find(hash: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (hash >>> 1) & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row < 0) return -1;
      if (this.words[row * ROW + KEY_HASH] === hash && this.isKey(row, hash, bytes, view, start, end))
        return row;
    }
  }

  /** Whether a row, which need not exist, has this key. Of the form, the lowest bit is asked. */
  isKey(row: number, form: number, bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    if (row >= this.rows || (((this.words[row * ROW + KEY_HASH] ?? 0) ^ form) & 1) !== 0) return false;
    const from = this.words[row * ROW + KEY_START] ?? 0;
    const size = end - start;
    if ((this.words[row * ROW + KEY_END] ?? 0) - from !== size) return false;
    const own = this.view;
    const whole = size & ~3;
    for (let done = 0; done < whole; done += 4)
      if (own.getInt32(from + done, true) !== view.getInt32(start + done, true)) return false;
    for (let done = whole; done < size; done++)
      if (this.bytes[from + done] !== bytes[start + done]) return false;
    return true;
  }

  /** @param labels without bytes if the series is refused */
  add(hash: number, key: Uint8Array, labels: Uint8Array): number {
    const row = this.rows;
    const start = this.#byteSize;
    const keyEnd = start + key.length;
    const end = keyEnd + labels.length;
    this.#makeRoom(end);
    this.rows = row + 1;
    this.#byteSize = end;
    this.bytes.set(key, start);
    this.bytes.set(labels, keyEnd);
    const at = row * ROW;
    this.words[at + KEY_HASH] = hash;
    this.words[at + KEY_START] = start;
    this.words[at + KEY_END] = keyEnd;
    this.words[at + LABELS_END] = end;
    const labelHash = new Uint32Array(2);
    hashBytes(labels, 0, labels.length, labelHash, 0);
    this.words.set(labelHash, at + HASH);
    this.#occupy(hash, row);
    return row;
  }

  #occupy(hash: number, row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (hash >>> 1) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #makeRoom(end: number): void {
    if (end + SLACK > this.bytes.length) {
      const larger = new Uint8Array(Math.ceil(end * 1.5) + SLACK);
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    if ((this.rows + 1) * ROW <= this.words.length) return;
    const larger = new Int32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
    this.#slots = new Int32Array((larger.length / ROW) * 2);
    for (let row = 0; row < this.rows; row++) this.#occupy(larger[row * ROW + KEY_HASH] ?? 0, row);
  }
}
