import { packBits, unpackBits } from "./bit-packing.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Residuals that share a base and a bit width. */
const GROUP = 128;
/** A group's first byte: its width, and two flags. */
const WIDTH = 0x3f;
const HAS_EXCEPTIONS = 0x40;
/** All residuals from here to the end of the column equal the base. */
const REST_EQUAL = 0x80;
/** A group leaves out of its width fewer than so many residuals at either end. */
const EXTREMES = 5;
const MOST_EXCEPTIONS = 2 * EXTREMES;
/** A guess at what an exception costs in bits: its place and its distance from the base. */
const EXCEPTION_BITS = 22;

const lowest = new Float64Array(EXTREMES);
const highest = new Float64Array(EXTREMES);
const places = new Uint8Array(MOST_EXCEPTIONS);
const distances = new Float64Array(MOST_EXCEPTIONS);

/**
 * Writes integers in groups: a base, a bit width, the distances from the base in that width, and those too far off
 * as exceptions (patched frame of reference).
 *
 * @param numbers integers within ±2^52; overwritten
 */
export function writeResiduals(writer: ByteWriter, numbers: Float64Array, count: number): void {
  let base = 0;
  const equalFrom = startOfEqualEnd(numbers, count);
  for (let from = 0; from < count; from += GROUP) {
    if (from >= equalFrom) {
      writer.byte(REST_EQUAL);
      writer.signed((numbers[from] ?? 0) - base);
      return;
    }
    base = writeGroup(writer, numbers, from, Math.min(count, from + GROUP), base);
  }
}

/** Reads what {@link writeResiduals} wrote into places `from` to `to`. */
export function readResiduals(reader: ByteReader, numbers: Float64Array, from: number, to: number): void {
  let base = 0;
  for (let start = from; start < to; start += GROUP) {
    const head = reader.byte();
    base += reader.signed();
    if ((head & REST_EQUAL) !== 0) {
      numbers.fill(base, start, to);
      return;
    }
    unpackBits(reader, numbers, start, Math.min(to, start + GROUP), head & WIDTH, base);
    if ((head & HAS_EXCEPTIONS) === 0) continue;
    for (let left = reader.byte(); left > 0; left -= 1) {
      const place = start + reader.byte();
      numbers[place] = base + reader.signed();
    }
  }
}

function startOfEqualEnd(numbers: Float64Array, count: number): number {
  const last = numbers[count - 1] ?? 0;
  let from = count - 1;
  while (from > 0 && numbers[from - 1] === last) from -= 1;
  return from;
}

/** Returns the group's base, which the next is told from. */
function writeGroup(
  writer: ByteWriter,
  numbers: Float64Array,
  from: number,
  to: number,
  previousBase: number,
): number {
  findExtremes(numbers, from, to);
  const size = to - from;
  let base = lowest[0] ?? 0;
  let width = widthOf((highest[0] ?? 0) - base);
  let cost = width * size;
  const tried = width > 1 ? Math.min(EXTREMES, size >>> 1) : 0;
  for (let low = 0; low < tried; low += 1) {
    for (let high = low === 0 ? 1 : 0; high < tried; high += 1) {
      const narrower = widthOf((highest[high] ?? 0) - (lowest[low] ?? 0));
      const reduced = narrower * size + (low + high) * EXCEPTION_BITS;
      if (reduced >= cost) continue;
      cost = reduced;
      width = narrower;
      base = lowest[low] ?? 0;
    }
  }
  writeDistances(writer, numbers, from, to, width, base, previousBase);
  return base;
}

/** Finds the least and the greatest few, in the order of how far out they are. */
function findExtremes(numbers: Float64Array, from: number, to: number): void {
  lowest.fill(Number.POSITIVE_INFINITY);
  highest.fill(Number.NEGATIVE_INFINITY);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i += 1) {
    const number = numbers[i] ?? 0;
    if (number < low) {
      let at = EXTREMES - 1;
      for (; at > 0 && (lowest[at - 1] ?? 0) > number; at -= 1) lowest[at] = lowest[at - 1] ?? 0;
      lowest[at] = number;
      low = lowest[EXTREMES - 1] ?? 0;
    }
    if (number > high) {
      let at = EXTREMES - 1;
      for (; at > 0 && (highest[at - 1] ?? 0) < number; at -= 1) highest[at] = highest[at - 1] ?? 0;
      highest[at] = number;
      high = highest[EXTREMES - 1] ?? 0;
    }
  }
}

function writeDistances(
  writer: ByteWriter,
  numbers: Float64Array,
  from: number,
  to: number,
  width: number,
  base: number,
  previousBase: number,
): void {
  const end = 2 ** width;
  let exceptions = 0;
  for (let i = from; i < to; i += 1) {
    const distance = (numbers[i] ?? 0) - base;
    if (distance < 0 || distance >= end) {
      places[exceptions] = i - from;
      distances[exceptions++] = distance;
      numbers[i] = 0;
    } else numbers[i] = distance;
  }
  writer.byte(exceptions === 0 ? width : width | HAS_EXCEPTIONS);
  writer.signed(base - previousBase);
  packBits(writer, numbers, from, to, width);
  if (exceptions === 0) return;
  writer.byte(exceptions);
  for (let i = 0; i < exceptions; i += 1) {
    writer.byte(places[i] ?? 0);
    writer.signed(distances[i] ?? 0);
  }
}

/** Bits of an integer of 0…2^53. */
function widthOf(range: number): number {
  if (range < 2 ** 31) return 32 - Math.clz32(range);
  return 64 - Math.clz32(range / 2 ** 32);
}
