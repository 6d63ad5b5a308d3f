/** A growing buffer of bytes and LEB128 variable-length integers. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Writes postings given as places and units in turn, places ascending. */
export function writePostings(writer: ByteWriter, list: readonly number[]): void {
  writer.varint(list.length / 2);
  let previous = -1;
  for (let i = 0; i < list.length; i += 2) {
    const place = list[i] ?? 0;
    writer.varint(place - previous - 1);
    writer.byte(list[i + 1] ?? 0);
    previous = place;
  }
}
