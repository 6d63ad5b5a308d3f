import { encodeLabels } from "../model/label-codec.ts";
import { Labels } from "../model/labels.ts";
import type { RefusalReason } from "../model/sample-batch.ts";
import type { KeyForm } from "./key-form.ts";
import { canonicalLabels } from "./series-labels.ts";
import { BATCH, BATCH_SERIES, SeriesTable } from "./series-table.ts";

const MIB = 1024 * 1024;
const NO_LABELS = new Uint8Array(0);

/**
 * Remembers which bytes of labels, as senders write them, stand for which series, so that a series that comes again
 * costs a hash and a comparison and no text. Shared by all requests of an isolate; bounded: when the younger of its two
 * tables is full, the older one goes, with all that was not asked for meanwhile.
 */
export class SeriesCache {
  #young = new SeriesTable();
  #old = new SeriesTable();
  readonly #maxTableBytes: number;
  /** Nobody who does not know it can make many keys collide. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  #batches = 0;
  /** Senders repeat their series in much the same order: the row after the one just found is tried first. */
  #guess = 0;

  /** @param maxBytes of keys and labels, about 270 a series; memory may be half as much again */
  constructor(maxBytes = 24 * MIB) {
    this.#maxTableBytes = maxBytes / 2;
  }

  /** A number that no other batch made with this cache has. */
  nextBatch(): number {
    this.#batches += 1;
    return this.#batches;
  }

  /** Where {@link resolve} finds its rows, until it is called again. */
  get table(): SeriesTable {
    return this.#young;
  }

  /** The row of the series that bytes `start` to `end` stand for. */
  resolve(form: KeyForm, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const young = this.#young;
    let row = this.#guess;
    if (!young.isKey(row, form.id, bytes, view, start, end)) {
      const hash = (keyHash(this.#seed, bytes, view, start, end) & ~1) | form.id;
      row = young.find(hash, bytes, view, start, end);
      if (row < 0) row = this.#admit(hash, form, bytes, view, start, end);
    }
    this.#guess = row + 1;
    return row;
  }

  /** Why the series of a row is refused; null if it is not. */
  faultOf(row: number): RefusalReason | null {
    return this.#young.faults.get(row) ?? null;
  }

  #admit(hash: number, form: KeyForm, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const key = bytes.subarray(start, end);
    const old = this.#old;
    const remembered = old.find(hash, bytes, view, start, end);
    if (remembered < 0) return this.#learn(hash, key, canonicalLabels(form.pairs(bytes, start, end)));
    const labels = old.bytes.subarray(old.labelsStart(remembered), old.labelsEnd(remembered));
    const table = this.#room(key.length + labels.length);
    const row = table.add(hash, key, labels);
    const fault = old.faults.get(remembered);
    if (fault !== undefined) table.faults.set(row, fault);
    table.words[table.at(row) + BATCH] = old.words[old.at(remembered) + BATCH] ?? 0;
    table.words[table.at(row) + BATCH_SERIES] = old.words[old.at(remembered) + BATCH_SERIES] ?? 0;
    return row;
  }

  #learn(hash: number, key: Uint8Array, labels: Labels | RefusalReason): number {
    const encoded = labels instanceof Labels ? encodeLabels(labels) : NO_LABELS;
    const table = this.#room(key.length + encoded.length);
    const row = table.add(hash, key, encoded);
    if (!(labels instanceof Labels)) table.faults.set(row, labels);
    return row;
  }

  #room(bytes: number): SeriesTable {
    if (this.#young.rows > 0 && this.#young.byteSize + bytes > this.#maxTableBytes) {
      this.#old = this.#young;
      this.#young = new SeriesTable();
    }
    return this.#young;
  }
}

/** Two lanes, which the processor works on at once. */
function keyHash(seed: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let first = seed ^ (end - start);
  let second = ~seed;
  const whole = end - ((end - start) & 7);
  for (let at = start; at < whole; at += 8) {
    first = Math.imul(first ^ view.getInt32(at, true), 0x9e3779b1);
    second = Math.imul(second ^ view.getInt32(at + 4, true), 0x85ebca6b);
    first ^= first >>> 15;
    second ^= second >>> 13;
  }
  for (let at = whole; at < end; at++) first = Math.imul(first ^ (bytes[at] ?? 0), 0xc2b2ae35);
  const mixed = Math.imul(first ^ (first >>> 16) ^ second, 0x27d4eb2f);
  return mixed ^ (mixed >>> 15);
}
