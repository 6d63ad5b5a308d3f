import { Labels } from "./labels.ts";

const encoder = new TextEncoder();
/** Labels may begin with U+FEFF: it is no byte order mark here. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A longest code unit takes three bytes; a length takes at most five. */
const BYTES_A_CODE_UNIT = 3;
const BYTES_A_LENGTH = 5;

/**
 * The bytes of a set of labels: for every pair, in order, the length of its name as a varint, the name in UTF-8, the
 * length of its value and the value. Equal for equal sets, different for different ones.
 *
 * @example encodeLabels(Labels.of({ a: "1" })) // 01 61 01 31
 */
export function encodeLabels(labels: Labels): Uint8Array {
  let size = 0;
  for (const part of labels.flat) size += BYTES_A_LENGTH + part.length * BYTES_A_CODE_UNIT;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of labels.flat) at = writePart(part, bytes, at);
  return bytes.slice(0, at);
}

/** @throws RangeError for bytes that {@link encodeLabels} did not make */
export function decodeLabels(bytes: Uint8Array, start = 0, end = bytes.length): Labels {
  const flat: string[] = [];
  let at = start;
  while (at < end) {
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80 && shift < 35);
    if (length < 0 || at + length > end) throw new RangeError("A label ends beyond its bytes.");
    flat.push(readText(bytes, at, at + length));
    at += length;
  }
  if (flat.length % 2 !== 0) throw new RangeError("A label has no value.");
  return flat.length === 0 ? Labels.EMPTY : new Labels(flat);
}

function writePart(text: string, into: Uint8Array, start: number): number {
  const { length } = text;
  if (length < 0x80) {
    let at = start + 1;
    let index = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      into[at++] = code;
    }
    if (index === length) {
      into[start] = length;
      return at;
    }
  }
  const encoded = encoder.encode(text);
  const at = writeVarint(encoded.length, into, start);
  into.set(encoded, at);
  return at + encoded.length;
}

function writeVarint(value: number, into: Uint8Array, start: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    into[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[at++] = rest;
  return at;
}

/** Short ASCII is read here, which is faster than a call of the decoder. */
const SHORT = 24;

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = "";
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

/**
 * A 64-bit hash of bytes, as two words: the first half of MurmurHash3_x86_128 with seed 0 (Austin Appleby,
 * MurmurHash3.cpp), which takes 32-bit arithmetic only. Never changes: it says which shard has a series.
 */
export function hashBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint32Array,
  at: number,
): void {
  const length = end - start;
  const blocksEnd = start + (length & ~15);
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  for (let block = start; block < blocksEnd; block += 16) {
    h1 ^= scatter(wordAt(bytes, block), C1, 15, C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= scatter(wordAt(bytes, block + 4), C2, 16, C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= scatter(wordAt(bytes, block + 8), C3, 17, C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= scatter(wordAt(bytes, block + 12), C4, 18, C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  h4 ^= scatter(tailWord(bytes, blocksEnd + 12, end), C4, 18, C1);
  h3 ^= scatter(tailWord(bytes, blocksEnd + 8, end), C3, 17, C4);
  h2 ^= scatter(tailWord(bytes, blocksEnd + 4, end), C2, 16, C3);
  h1 ^= scatter(tailWord(bytes, blocksEnd, end), C1, 15, C2);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = avalanche((h2 + h1) | 0);
  h3 = avalanche((h3 + h1) | 0);
  h4 = avalanche((h4 + h1) | 0);
  h1 = avalanche(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[at] = h1;
  into[at + 1] = h2 + h1;
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function scatter(word: number, before: number, turn: number, after: number): number {
  const scaled = Math.imul(word, before);
  return Math.imul((scaled << turn) | (scaled >>> (32 - turn)), after);
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** The word at a place as if zeros followed the end. */
function tailWord(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let index = Math.min(at + 4, end) - 1; index >= at; index--) word = (word << 8) | (bytes[index] ?? 0);
  return word;
}
