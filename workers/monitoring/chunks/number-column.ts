import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readIntegers, writeIntegers } from "./integer-column.ts";
import { powerOf, type Scaled, scaleNumbers } from "./scaling.ts";
import { readXor, writeXor } from "./xor-column.ts";

/** A column's first byte: the decimal places of scaled integers with flags, or one of the other forms. */
const PLACES = 0x0f;
const HAS_EXCEPTIONS = 0x10;
const HAS_DIVISOR = 0x20;
const ALL_EQUAL = 0x40;
const OTHER = 0x80;
const CONSTANT = OTHER;
const XOR = OTHER | 1;
const RAW = OTHER | 2;

/** Bytes a value from which integers may be worse than XOR, so that both are tried. */
const SUSPICIOUS = 4;

/**
 * Writes doubles so that every bit of them is read again, in the form that is the smallest for them: one value for
 * all, integers scaled by a power of ten, XOR, or as they are.
 *
 * @param bits the memory of `values`, two words a value
 */
export function writeNumbers(
  writer: ByteWriter,
  values: Float64Array,
  bits: Uint32Array,
  count: number,
): void {
  if (count === 0) return;
  const start = writer.length;
  const scaled = scaleNumbers(values, count);
  if (scaled !== null) {
    writeScaled(writer, scaled, bits, count);
    if (writer.length - start <= count * SUSPICIOUS + 16) return;
  } else if (isConstant(bits, count)) {
    writer.byte(CONSTANT);
    writer.word(bits[0] ?? 0);
    writer.word(bits[1] ?? 0);
    return;
  }
  const end = writer.length;
  writer.byte(XOR);
  writeXor(writer, bits, count);
  const bytes = count * 8;
  if (writer.length - end > bytes + 1) {
    writer.length = end;
    writer.byte(RAW);
    writer.append(new Uint8Array(bits.buffer, bits.byteOffset, bytes));
  }
  if (end === start) return;
  if (writer.length - end < end - start) writer.cut(start, end);
  else writer.length = end;
}

/** Reads what {@link writeNumbers} wrote into memory that both arrays show. */
export function readNumbers(
  reader: ByteReader,
  values: Float64Array,
  bits: Uint32Array,
  count: number,
): void {
  if (count === 0) return;
  const form = reader.byte();
  if (form < OTHER) readScaled(reader, form, values, bits, count);
  else if (form === CONSTANT) {
    const low = reader.word();
    const high = reader.word();
    for (let i = 0; i < count; i += 1) {
      bits[i * 2] = low;
      bits[i * 2 + 1] = high;
    }
  } else if (form === XOR) readXor(reader, bits, count);
  else if (form === RAW) {
    new Uint8Array(bits.buffer, bits.byteOffset, count * 8).set(reader.take(count * 8));
  } else throw new RangeError("A column's form is not known.");
}

function isConstant(bits: Uint32Array, count: number): boolean {
  const low = bits[0];
  const high = bits[1];
  for (let i = 1; i < count; i += 1) if (bits[i * 2] !== low || bits[i * 2 + 1] !== high) return false;
  return true;
}

function writeScaled(writer: ByteWriter, scaled: Scaled, bits: Uint32Array, count: number): void {
  const { places, divisor, first, constant, integers, exceptions } = scaled;
  writer.byte(
    places |
      (exceptions.length > 0 ? HAS_EXCEPTIONS : 0) |
      (divisor > 1 ? HAS_DIVISOR : 0) |
      (constant ? ALL_EQUAL : 0),
  );
  writer.signed(first);
  if (divisor > 1) writer.varint(divisor);
  if (exceptions.length > 0) {
    writer.varint(exceptions.length);
    let previous = 0;
    for (const place of exceptions) {
      writer.varint(place - previous);
      writer.word(bits[place * 2] ?? 0);
      writer.word(bits[place * 2 + 1] ?? 0);
      previous = place;
    }
  }
  if (!constant) writeIntegers(writer, integers, count);
}

function readScaled(
  reader: ByteReader,
  form: number,
  values: Float64Array,
  bits: Uint32Array,
  count: number,
): void {
  const first = reader.signed();
  const divisor = (form & HAS_DIVISOR) === 0 ? 1 : reader.varint();
  const exceptionsAt = reader.position;
  const exceptions = (form & HAS_EXCEPTIONS) === 0 ? 0 : skipExceptions(reader);
  const power = powerOf(form & PLACES);
  if ((form & ALL_EQUAL) !== 0) values.fill(first / power, 0, count);
  else {
    readIntegers(reader, values, count);
    restoreScale(values, count, first, divisor, power);
  }
  if (exceptions === 0) return;
  const end = reader.position;
  reader.position = exceptionsAt;
  reader.varint();
  let place = 0;
  for (let i = 0; i < exceptions; i += 1) {
    place += reader.varint();
    bits[place * 2] = reader.word();
    bits[place * 2 + 1] = reader.word();
  }
  reader.position = end;
}

function restoreScale(
  values: Float64Array,
  count: number,
  first: number,
  divisor: number,
  power: number,
): void {
  if (divisor === 1 && power === 1) {
    for (let i = 0; i < count; i += 1) values[i] = (values[i] ?? 0) + first;
  } else {
    for (let i = 0; i < count; i += 1) values[i] = ((values[i] ?? 0) * divisor + first) / power;
  }
}

function skipExceptions(reader: ByteReader): number {
  const count = reader.varint();
  for (let i = 0; i < count; i += 1) {
    reader.varint();
    reader.position += 8;
  }
  return count;
}
