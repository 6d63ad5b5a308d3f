/** 2^31: up to here, integers take the fast path of shifts. */
const SMALL = 0x8000_0000;

/** Bytes that grow. Numbers are little-endian; varints hold 7 bits a byte, the lowest first. */
export class ByteWriter {
  bytes = new Uint8Array(4096);
  view = new DataView(this.bytes.buffer);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(wanted * 2);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  word(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** @param value an integer of 0…2^53 */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= SMALL) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** @param value an integer of ±2^52 */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Takes out what was written from `start` to `end`, and moves what follows there. */
  cut(start: number, end: number): void {
    this.bytes.copyWithin(start, end, this.length);
    this.length -= end - start;
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }
}
