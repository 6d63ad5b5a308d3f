import type { Segment } from "./segment.ts";

/** Thrown for bytes that are not a segment, or not the bytes that were written. */
export class SegmentDamaged extends Error {
  override readonly name = "SegmentDamaged";
}

const MAGIC = 0x53454731;
const VERSION = 1;
const HEADER_BYTES = 32;

/**
 * A segment as bytes, little-endian: magic, version, checksum of what follows, chunks, terms, stride, bytes of
 * postings; then the columns, widest first so that each is aligned.
 */
export function encodeSegment(segment: Segment): Uint8Array<ArrayBuffer> {
  const columns = columnsOf(segment);
  const bytes = new Uint8Array(columns.reduce((total, column) => total + column.byteLength, HEADER_BYTES));
  let at = HEADER_BYTES;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  const header = new DataView(bytes.buffer);
  [MAGIC, VERSION, 0, segment.size, segment.terms.length, segment.stride, segment.postings.length].forEach(
    (value, field) => {
      header.setUint32(field * 4, value, true);
    },
  );
  header.setUint32(8, checksum(bytes), true);
  return bytes;
}

/**
 * Reads what {@link encodeSegment} wrote.
 *
 * @throws SegmentDamaged
 */
export function decodeSegment(bytes: Uint8Array<ArrayBuffer>): Segment {
  if (bytes.byteOffset % 8 !== 0) return decodeSegment(bytes.slice());
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || header.getUint32(0, true) !== MAGIC)
    throw new SegmentDamaged("not a segment");
  if (header.getUint32(4, true) !== VERSION) throw new SegmentDamaged("an unknown version");
  if (header.getUint32(8, true) !== checksum(bytes)) throw new SegmentDamaged("a wrong checksum");
  const size = header.getUint32(12, true);
  const termCount = header.getUint32(16, true);
  const stride = header.getUint32(20, true);
  const postingBytes = header.getUint32(24, true);
  let at = bytes.byteOffset + HEADER_BYTES;
  const take = (width: number, length: number) => {
    const start = at;
    at += width * length;
    return [bytes.buffer, start, length] as const;
  };
  return {
    size,
    stride,
    terms: new Float64Array(...take(8, termCount)),
    offsets: new Uint32Array(...take(4, termCount + 1)),
    versions: new Uint32Array(...take(4, size)),
    ordinals: new Uint32Array(...take(4, size)),
    lengths: new Uint16Array(...take(2, size)),
    vectors: new Int8Array(...take(1, size * stride)),
    postings: new Uint8Array(...take(1, postingBytes)),
  };
}

function columnsOf(segment: Segment) {
  const { terms, offsets, versions, ordinals, lengths, vectors, postings } = segment;
  return [terms, offsets, versions, ordinals, lengths, vectors, postings];
}

/** FNV-1a over the fields after the checksum and the columns, four bytes at a time where they last. */
function checksum(bytes: Uint8Array<ArrayBuffer>): number {
  let hash = 0x811c9dc5;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  for (let i = 3; i < words.length; i++) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193);
  for (let i = words.length * 4; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
