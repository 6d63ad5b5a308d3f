import { readText } from "../model/label-codec.ts";

const encoder = new TextEncoder();
const BYTES_A_LENGTH = 5;

/**
 * Takes the labels of one series after the other, name, value, name, value…, and writes them one behind the other as
 * lengths and UTF-8, in the order they come: what a series is looked up by in the {@link SeriesCache}.
 */
export class PairBytes {
  bytes = new Uint8Array(4096);
  view = new DataView(this.bytes.buffer);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** A lone surrogate, which UTF-8 has no bytes for, is written as one anyway: not UTF-8, and refused as such. */
  addText(text: string): void {
    const { length } = text;
    this.#makeRoom(length * 3);
    const { bytes } = this;
    if (length < 0x80) {
      const start = this.length + 1;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code >= 0x80) break;
        bytes[start + index] = code;
      }
      if (index === length) {
        bytes[start - 1] = length;
        this.length = start + length;
        return;
      }
    }
    const encoded = text.isWellFormed() ? encoder.encode(text) : NOT_UTF8;
    this.#addLength(encoded.length);
    bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  /** A text by its UTF-8, bytes `start` to `end`. */
  addBytes(source: Uint8Array, view: DataView, start: number, end: number): void {
    this.#makeRoom(end - start);
    this.#addLength(end - start);
    this.addEncoded(source, view, start, end);
  }

  /** A text that has its length before it already. */
  addEncoded(source: Uint8Array, view: DataView, start: number, end: number): void {
    const size = end - start;
    this.#makeRoom(size);
    const to = this.length;
    this.length = to + size;
    if (end + 4 > source.length) {
      this.bytes.set(source.subarray(start, end), to);
      return;
    }
    const into = this.view;
    for (let done = 0; done < size; done += 4)
      into.setInt32(to + done, view.getInt32(start + done, true), true);
  }

  #addLength(length: number): void {
    let rest = length;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  #makeRoom(size: number): void {
    const needed = this.length + size + BYTES_A_LENGTH + 4;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(needed * 2);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const NOT_UTF8 = Uint8Array.of(0xff);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Of a longer text, the decoder is quicker to see that it is ASCII than a loop. */
const SHORT = 64;

/** The text of bytes, or null where they are not UTF-8. */
export function strictText(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start > SHORT) return strictDecode(bytes, start, end);
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return strictDecode(bytes, start, end);
  return readText(bytes, start, end);
}

function strictDecode(bytes: Uint8Array, start: number, end: number): string | null {
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return null;
  }
}
