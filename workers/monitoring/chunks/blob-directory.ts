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
  /** Bytes of the whole blob. */
  readonly size: number;
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

/**
 * Begins a blob: its header and directory, whose checksum covers both. Time parts and value parts are to follow.
 * Returns how many bytes it wrote.
 */
export function writeDirectory(writer: ByteWriter, stored: StoredDirectory): number {
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
  return writer.length;
}

/**
 * Reads the directory, for which the beginning of a blob is enough.
 *
 * @throws DamagedChunkError or RangeError when it is not what was written
 */
export function readDirectory(bytes: Uint8Array): BlobDirectory {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== VERSION)
    throw new DamagedChunkError(`A blob has version ${bytes[0]}, not ${VERSION}.`);
  const size = reader.word();
  const chunks = reader.word();
  const parts = reader.word();
  const end = reader.word() + HEADER_BYTES;
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
  const start = new Float64Array(chunks);
  const last = new Float64Array(chunks);
  for (let row = 0; row < chunks; row += 1) {
    const part = timePart[row] ?? 0;
    const time = partStart[part] ?? 0;
    start[row] = time;
    last[row] = time + (partSpan[part] ?? 0);
  }
  return {
    size,
    series,
    start,
    end: last,
    offset: offsetsOf(length, partsAt + sum(timePartLength)),
    length,
    head,
    timePart,
    timePartOffset: offsetsOf(timePartLength, partsAt),
    timePartLength,
  };
}

/** The rows of a series' chunks that have samples from `start` to `end`, both included. */
export function findRows(directory: BlobDirectory, series: number, start: number, end: number): number[] {
  const rows: number[] = [];
  for (let row = firstOf(directory.series, series); directory.series[row] === series; row += 1) {
    if ((directory.start[row] ?? 0) <= end && (directory.end[row] ?? 0) >= start) rows.push(row);
  }
  return rows;
}

/** The first row of a series, or that of the next greater one. */
function firstOf(column: Float64Array, series: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? 0) < series) low = middle + 1;
    else high = middle;
  }
  return low;
}

function offsetsOf(lengths: Float64Array, from: number): Float64Array {
  const offsets = new Float64Array(lengths.length);
  let offset = from;
  for (let i = 0; i < lengths.length; i += 1) {
    offsets[i] = offset;
    offset += lengths[i] ?? 0;
  }
  return offsets;
}

function sum(numbers: Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
