import { MalformedBodyError } from "./malformed-body.ts";

/** What is read of one message into lists is kept in memory, many times as large as on the wire. */
const MAX_PARTS = 200_000;
const TWO_28 = 2 ** 28;
const TWO_56 = 2 ** 56;

/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) without making objects. A message inside
 * another is read by the same reader up to the place that {@link enter} gives, and left with {@link leave}.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly end: number;
  #parts = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  /** A tag, a length, an enum or a uint32; of longer ones the lower 32 bits. */
  uint32(): number {
    const { bytes, end } = this;
    let { at } = this;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) break;
      const byte = bytes[at++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return value >>> 0;
      }
    }
    throw new MalformedBodyError("A number in the message is cut off or too long.");
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Exact where it is a safe integer, rounded otherwise. */
  uint64(): number {
    return this.#int64(0);
  }

  /** Exact where it is a safe integer, rounded otherwise. */
  int64(): number {
    return this.#int64(0x80);
  }

  /** Exact where its double is a safe integer, rounded otherwise. */
  sint64(): number {
    const value = this.#int64(0);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** @param sign the highest bit of the highest byte if it is a sign */
  #int64(sign: number): number {
    const { bytes, end } = this;
    let { at } = this;
    let low = 0;
    let middle = 0;
    let high = 0;
    let byte = 0x80;
    for (let shift = 0; shift < 28 && byte >= 0x80 && at < end; shift += 7) {
      byte = bytes[at++] ?? 0;
      low |= (byte & 0x7f) << shift;
    }
    for (let shift = 0; shift < 28 && byte >= 0x80 && at < end; shift += 7) {
      byte = bytes[at++] ?? 0;
      middle |= (byte & 0x7f) << shift;
    }
    for (let shift = 0; shift < 14 && byte >= 0x80 && at < end; shift += 7) {
      byte = bytes[at++] ?? 0;
      high |= (byte & 0x7f) << shift;
    }
    if (byte >= 0x80) throw new MalformedBodyError("A number in the message is cut off or too long.");
    this.at = at;
    high &= 0xff;
    if (high === 0) return middle * TWO_28 + low;
    return ((high & sign) === 0 ? high : high - 0x100) * TWO_56 + middle * TWO_28 + low;
  }

  double(): number {
    const at = this.fixed(8);
    return this.view.getFloat64(at, true);
  }

  /** Where the bytes of a fixed-width field begin; they are passed over. */
  fixed(width: 4 | 8): number {
    const { at } = this;
    if (at + width > this.end) throw new MalformedBodyError("The message is cut off.");
    this.at = at + width;
    return at;
  }

  /** The end of the message, text or bytes whose length stands here. */
  enter(): number {
    const length = this.uint32();
    const end = this.at + length;
    if (end > this.end) throw new MalformedBodyError("The message is cut off.");
    return end;
  }

  leave(end: number): void {
    if (this.at !== end) throw new MalformedBodyError("A part of the message ends beyond its length.");
  }

  /** Passes over the field whose tag was read. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (tag >>> 3 === 0) throw new MalformedBodyError("A field of the message has no number.");
    if (wireType === 0) this.uint32();
    else if (wireType === 1) this.fixed(8);
    else if (wireType === 2) this.at = this.enter();
    else if (wireType === 5) this.fixed(4);
    else throw new MalformedBodyError("The message has a field of a kind that protobuf has not.");
  }

  /** Numbers of a repeated field, packed or one by one. */
  numbers(tag: number, into: number[], read: (reader: WireReader) => number): void {
    if ((tag & 7) !== 2) {
      this.add(into, read(this));
      return;
    }
    const end = this.enter();
    while (this.at < end) this.add(into, read(this));
    this.leave(end);
  }

  /** Adds to a list what was read, if there is not too much of it since {@link beginParts}. */
  add<Part>(list: Part[], part: Part): void {
    this.#parts += 1;
    if (this.#parts > MAX_PARTS)
      throw new MalformedBodyError("A part of the message holds more than one may.", "too_large");
    list.push(part);
  }

  /** What was added until now is, or is about to be, done with. */
  beginParts(): void {
    this.#parts = 0;
  }
}

/** For {@link WireReader.numbers}. */
export const readDouble = (reader: WireReader): number => reader.double();
export const readUint32 = (reader: WireReader): number => reader.uint32();
export const readUint64 = (reader: WireReader): number => reader.uint64();
export const readSint64 = (reader: WireReader): number => reader.sint64();
