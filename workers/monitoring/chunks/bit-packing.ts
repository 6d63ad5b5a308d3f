import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Bits that are written at once: with the 7 that may be left of the byte before they fit a signed word. */
const PLANE_BITS = 24;
const PLANE = 2 ** PLANE_BITS;

/**
 * Writes integers of `width` bits, the lowest bit first; wider ones in planes of 24 bits, the lowest plane first.
 *
 * @param width 0…53
 */
export function packBits(
  writer: ByteWriter,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
): void {
  let divisor = 1;
  for (let left = width; left > 0; left -= PLANE_BITS) {
    packPlane(writer, numbers, from, to, Math.min(left, PLANE_BITS), divisor);
    divisor *= PLANE;
  }
}

/** Reads what {@link packBits} wrote, and adds `base` to each. */
export function unpackBits(
  reader: ByteReader,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
  base: number,
): void {
  if (width === 0) {
    numbers.fill(base, from, to);
    return;
  }
  unpackPlane(reader, numbers, from, to, Math.min(width, PLANE_BITS), base);
  let scale = PLANE;
  for (let left = width - PLANE_BITS; left > 0; left -= PLANE_BITS) {
    addPlane(reader, numbers, from, to, Math.min(left, PLANE_BITS), scale);
    scale *= PLANE;
  }
}

function packPlane(
  writer: ByteWriter,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
  divisor: number,
): void {
  writer.reserve(((to - from) * width + 7) >>> 3);
  const { bytes } = writer;
  let { length } = writer;
  const mask = 2 ** width - 1;
  let pending = 0;
  let filled = 0;
  for (let i = from; i < to; i += 1) {
    const number = numbers[i] ?? 0;
    const part = divisor === 1 ? lowWord(number) : lowWord(Math.floor(number / divisor));
    pending |= (part & mask) << filled;
    filled += width;
    while (filled >= 8) {
      bytes[length++] = pending;
      pending >>>= 8;
      filled -= 8;
    }
  }
  if (filled > 0) bytes[length++] = pending;
  writer.length = length;
}

/** The low 32 bits of an integer below 2^53: what ToInt32 gives. */
function lowWord(number: number): number {
  return number | 0;
}

function unpackPlane(
  reader: ByteReader,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
  base: number,
): void {
  const { view } = reader;
  const mask = 2 ** width - 1;
  let bit = reader.position * 8;
  for (let i = from; i < to; i += 1) {
    numbers[i] = base + ((view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask);
    bit += width;
  }
  reader.position = (bit + 7) >>> 3;
}

function addPlane(
  reader: ByteReader,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
  scale: number,
): void {
  const { view } = reader;
  const mask = 2 ** width - 1;
  let bit = reader.position * 8;
  for (let i = from; i < to; i += 1) {
    numbers[i] = (numbers[i] ?? 0) + ((view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask) * scale;
    bit += width;
  }
  reader.position = (bit + 7) >>> 3;
}
