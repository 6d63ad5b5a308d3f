import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

const HIGH = 1;
const WORDS = 2;
/** Bits of the count of leading zeros, and of the length of what follows them. */
const LEADING_BITS = 5;
const LENGTH_BITS = 6;
const MOST_LEADING = 31;
/** What a value can take: its control bits and a window of 64, in bytes, rounded up. */
const MOST_BYTES = 10;

let pending = 0;
let filled = 0;

/**
 * Writes doubles as Gorilla does (Pelkonen et al., VLDB 2015, section 4.1.2): each as the XOR with the one before,
 * of which only the bits between leading and trailing zeros are kept. Works on words, so every bit of a NaN is kept.
 *
 * @param bits two words a value
 */
export function writeXor(writer: ByteWriter, bits: Uint32Array, count: number): void {
  if (count === 0) return;
  writer.reserve(count * MOST_BYTES + 8);
  let low = bits[0] ?? 0;
  let high = bits[HIGH] ?? 0;
  writer.word(low);
  writer.word(high);
  pending = 0;
  filled = 0;
  let leading = 64;
  let trailing = 64;
  for (let i = 1; i < count; i += 1) {
    const newLow = bits[i * WORDS] ?? 0;
    const newHigh = bits[i * WORDS + HIGH] ?? 0;
    const xorLow = newLow ^ low;
    const xorHigh = newHigh ^ high;
    low = newLow;
    high = newHigh;
    if ((xorLow | xorHigh) === 0) {
      put(writer, 0, 1);
      continue;
    }
    const zerosBefore = Math.min(MOST_LEADING, leadingZeros(xorHigh, xorLow));
    const zerosAfter = trailingZeros(xorHigh, xorLow);
    if (zerosBefore >= leading && zerosAfter >= trailing) put(writer, 0b01, 2);
    else {
      leading = zerosBefore;
      trailing = zerosAfter;
      put(writer, 0b11, 2);
      put(writer, leading, LEADING_BITS);
      put(writer, 63 - leading - trailing, LENGTH_BITS);
    }
    const length = 64 - leading - trailing;
    const lowBits = Math.min(length, 32);
    putWord(writer, shiftedLow(xorHigh, xorLow, trailing), lowBits);
    if (length > 32) putWord(writer, xorHigh >>> trailing, length - 32);
  }
  if (filled > 0) writer.byte(pending);
}

/** Reads what {@link writeXor} wrote. */
export function readXor(reader: ByteReader, bits: Uint32Array, count: number): void {
  if (count === 0) return;
  const { view } = reader;
  let low = reader.word();
  let high = reader.word();
  bits[0] = low;
  bits[HIGH] = high;
  let at = reader.position * 8;
  let leading = 0;
  let trailing = 0;
  for (let i = 1; i < count; i += 1) {
    const control = view.getUint16(at >>> 3, true) >>> (at & 7);
    if ((control & 1) === 0) at += 1;
    else {
      at += 2;
      if ((control & 2) !== 0) {
        const window = view.getUint32(at >>> 3, true) >>> (at & 7);
        at += LEADING_BITS + LENGTH_BITS;
        leading = window & 31;
        trailing = 63 - leading - ((window >>> LEADING_BITS) & 63);
      }
      const length = 64 - leading - trailing;
      const first = peek(view, at, Math.min(length, 32));
      at += length;
      const rest = length > 32 ? peek(view, at - length + 32, length - 32) : 0;
      low ^= trailing < 32 ? first << trailing : 0;
      high ^= shiftedHigh(first, rest, trailing);
    }
    bits[i * WORDS] = low;
    bits[i * WORDS + HIGH] = high;
  }
  reader.position = (at + 7) >>> 3;
}

function leadingZeros(high: number, low: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
}

function trailingZeros(high: number, low: number): number {
  return low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low);
}

/** The low word of the two, shifted right. */
function shiftedLow(high: number, low: number, by: number): number {
  if (by >= 32) return high >>> (by - 32);
  return by === 0 ? low : (low >>> by) | (high << (32 - by));
}

/** The high word of the two, shifted left. */
function shiftedHigh(low: number, high: number, by: number): number {
  if (by >= 32) return low << (by - 32);
  return by === 0 ? high : (high << by) | (low >>> (32 - by));
}

function putWord(writer: ByteWriter, value: number, count: number): void {
  if (count <= 16) {
    put(writer, value, count);
    return;
  }
  put(writer, value & 0xffff, 16);
  put(writer, value >>> 16, count - 16);
}

/** Writes up to 24 bits; there is room for them. */
function put(writer: ByteWriter, value: number, count: number): void {
  pending |= (value & ((1 << count) - 1)) << filled;
  filled += count;
  while (filled >= 8) {
    writer.bytes[writer.length++] = pending;
    pending >>>= 8;
    filled -= 8;
  }
}

/** The bits at a place, up to 32 of them. */
function peek(view: DataView, at: number, count: number): number {
  const byte = at >>> 3;
  const shift = at & 7;
  let value = view.getUint32(byte, true) >>> shift;
  if (shift + count > 32) value |= view.getUint8(byte + 4) << (32 - shift);
  return count === 32 ? value : value & ((1 << count) - 1);
}
