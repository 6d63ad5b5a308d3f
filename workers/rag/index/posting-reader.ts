import type { Segment } from "./segment.ts";

/**
 * Walks the postings of one term. A reader is reused from term to term, so that walking allocates nothing.
 *
 * @example for (reader.open(segment, place); reader.next(); ) total += reader.units;
 */
export class PostingReader {
  /** Chunks that the open term occurs in. */
  count = 0;
  chunk = -1;
  units = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #left = 0;

  open(segment: Segment, place: number): void {
    this.#bytes = segment.postings;
    this.#at = segment.offsets[place] ?? 0;
    this.count = this.#varint();
    this.#left = this.count;
    this.chunk = -1;
  }

  next(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    this.chunk += this.#varint() + 1;
    this.units = this.#bytes[this.#at++] ?? 0;
    return true;
  }

  #varint(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  }
}
