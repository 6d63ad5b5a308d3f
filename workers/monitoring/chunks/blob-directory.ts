import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checksum } from "./checksum.ts";
import { DamagedChunkError } from "./damaged-chunk-error.ts";
import { readIntegers, writeIntegers } from "./integer-column.ts";

const VERSION = 1;
/** Version, bytes of the blob, chunks, time parts, bytes of the directory. */
const HEADER_BYTES = 1 + 4 * 4;
const CHECKSUM_BYTES = 4;

/** What is where in a blob. A row is a chunk; rows ascend by series, then by start. */
export interface BlobDirectory {
  readonly series: Float64Array;
  /** Milliseconds since 1970 of the chunk's first and last sample. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Where in the blob the chunk's value part is. */
  readonly offset: Float64Array;
  readonly length: Float64Array;
  /** What the chunk begins with: version · 256 + kind. */
  readonly head: Float64Array;
  /** Which of the time parts is the chunk's; many chunks may have the same one. */
  readonly timePart: Float64Array;
  readonly timePartOffset: Float64Array;
  readonly timePartLength: Float64Array;
}

/** The columns that the directory is stored as: offsets are sums of lengths, and ranges are those of time parts. */
export interface StoredDirectory {
  readonly timePartStart: Float64Array;
  /** End less start. */
  readonly timePartSpan: Float64Array;
  readonly timePartLength: Float64Array;
  readonly series: Float64Array;
  readonly timePart: Float64Array;
  readonly head: Float64Array;
  readonly length: Float64Array;
}

/** Begins a blob: its header and directory, whose checksum covers both. Time parts and value parts are to follow. */
export function writeDirectory(writer: ByteWriter, stored: StoredDirectory): void {
  const { timePartStart, timePartSpan, timePartLength, series, timePart, head, length } = stored;
  writer.clear();
  writer.reserve(HEADER_BYTES);
  writer.length = HEADER_BYTES;
  for (const column of [timePartStart, timePartSpan, timePartLength, series, timePart, head, length]) {
    writeIntegers(writer, column, column.length);
  }
  const end = writer.length;
  const total = end + CHECKSUM_BYTES + sum(timePartLength) + sum(length);
  writer.length = 0;
  writer.byte(VERSION);
  for (const word of [total, series.length, timePartStart.length, end - HEADER_BYTES]) writer.word(word);
  writer.length = end;
  writer.word(checksum(writer.bytes, end));
}

/** @throws DamagedChunkError when the directory is not what was written, or the blob is longer or shorter */
export function readDirectory(bytes: Uint8Array): BlobDirectory {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== VERSION)
    throw new DamagedChunkError(`A blob has version ${bytes[0]}, not ${VERSION}.`);
  const total = reader.word();
  const chunks = reader.word();
  const parts = reader.word();
  const end = reader.word() + HEADER_BYTES;
  if (total !== bytes.length) throw new DamagedChunkError("A blob is not as long as it was.");
  reader.position = end;
  if (reader.word() !== checksum(bytes, end))
    throw new DamagedChunkError("A blob's checksum does not match.");
  reader.position = HEADER_BYTES;
  const column = (count: number): Float64Array => {
    const numbers = new Float64Array(count);
    readIntegers(reader, numbers, count);
    return numbers;
  };
  const partStart = column(parts);
  const partSpan = column(parts);
  const timePartLength = column(parts);
  const series = column(chunks);
  const timePart = column(chunks);
  const head = column(chunks);
  const length = column(chunks);
  const partsAt = end + CHECKSUM_BYTES;
  return {
    series,
    start: timePart.map((part) => partStart[part] ?? 0),
    end: timePart.map((part) => (partStart[part] ?? 0) + (partSpan[part] ?? 0)),
    offset: offsetsOf(length, partsAt + sum(timePartLength)),
    length,
    head,
    timePart,
    timePartOffset: offsetsOf(timePartLength, partsAt),
    timePartLength,
  };
}

function offsetsOf(lengths: Float64Array, from: number): Float64Array {
  let offset = from;
  return lengths.map((length) => {
    const here = offset;
    offset += length;
    return here;
  });
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}
