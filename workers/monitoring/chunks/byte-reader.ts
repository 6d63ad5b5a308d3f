/** Reads what a ByteWriter wrote. Throws RangeError at the end of the bytes. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  byte(): number {
    return this.view.getUint8(this.position++);
  }

  word(): number {
    const value = this.view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  double(): number {
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError("A varint is longer than any that is written.");
  }

  signed(): number {
    const value = this.varint();
    const half = Math.floor(value / 2);
    return value === half * 2 ? half : -half - 1;
  }

  /** The next bytes, not copied. */
  take(count: number): Uint8Array {
    const end = this.position + count;
    if (end > this.bytes.length) throw new RangeError("The bytes end too early.");
    const taken = this.bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }
}
