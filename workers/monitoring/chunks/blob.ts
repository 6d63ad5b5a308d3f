import { type StoredDirectory, writeDirectory } from "./blob-directory.ts";
import { ByteWriter } from "./byte-writer.ts";
import { checksum } from "./checksum.ts";
import { decoding } from "./damaged-chunk-error.ts";
import { type FrameParts, readRange, splitFrame } from "./frame.ts";
import type { SeriesChunk } from "./series-chunk.ts";

/** A blob and what to write down beside it: nothing outside these bounds is in it. */
export interface PackedBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes at the beginning that hold the directory. */
  readonly directoryBytes: number;
  readonly chunks: number;
  readonly firstSeries: number;
  readonly lastSeries: number;
  /** Milliseconds since 1970, of the first and of the last sample. */
  readonly start: number;
  readonly end: number;
}

/** Guesses at what a row of the directory takes. A blob that comes out too large is halved. */
const ROW_BYTES = 6;
const TIME_PART_BYTES = 8;
const FIXED_BYTES = 96;

interface Row extends FrameParts {
  readonly series: number;
  readonly start: number;
  readonly end: number;
  readonly timeHash: number;
}

const blob = new ByteWriter();

/**
 * Packs chunks (of samples or of rollups) into blobs of many series, in the order they come in; within a blob they are
 * put in order. Chunks with equal times, as of series that are scraped together, share one time part. A blob is its
 * directory (blob-directory.ts), the time parts, and the value parts of the chunks.
 *
 * @throws RangeError when a chunk does not fit by itself; DamagedChunkError when one is no chunk
 */
export function packBlobs(chunks: Iterable<SeriesChunk>, maxBytes: number): PackedBlob[] {
  const blobs: PackedBlob[] = [];
  let rows: Row[] = [];
  let times = new Set<number>();
  let estimate = FIXED_BYTES;
  for (const chunk of chunks) {
    const row = decoding("chunk", () => rowOf(chunk));
    const size = ROW_BYTES + row.valuePart.length;
    const withTimes = size + TIME_PART_BYTES + row.timePart.length;
    if (rows.length > 0 && estimate + (times.has(row.timeHash) ? size : withTimes) > maxBytes) {
      addBlobs(blobs, rows, maxBytes);
      rows = [];
      times = new Set();
      estimate = FIXED_BYTES;
    }
    estimate += times.has(row.timeHash) ? size : withTimes;
    times.add(row.timeHash);
    rows.push(row);
  }
  if (rows.length > 0) addBlobs(blobs, rows, maxBytes);
  return blobs;
}

function rowOf({ series, bytes }: SeriesChunk): Row {
  const { start, end } = readRange(bytes);
  const { head, timePart, valuePart } = splitFrame(bytes);
  return { series, start, end, head, timePart, valuePart, timeHash: checksum(timePart) };
}

function addBlobs(blobs: PackedBlob[], rows: readonly Row[], maxBytes: number): void {
  const packed = packBlob(rows);
  if (packed.bytes.length <= maxBytes) {
    blobs.push(packed);
    return;
  }
  if (rows.length === 1) throw new RangeError(`A chunk does not fit into a blob of ${maxBytes} bytes.`);
  const half = rows.length >>> 1;
  addBlobs(blobs, rows.slice(0, half), maxBytes);
  addBlobs(blobs, rows.slice(half), maxBytes);
}

function packBlob(unordered: readonly Row[]): PackedBlob {
  const rows = [...unordered].sort((a, b) => a.series - b.series || a.start - b.start);
  const { parts, partOf } = shareTimes(rows);
  const directoryBytes = writeDirectory(blob, columnsOf(rows, parts, partOf));
  for (const { timePart } of parts) blob.append(timePart);
  for (const { valuePart } of rows) blob.append(valuePart);
  return {
    bytes: blob.take(),
    directoryBytes,
    chunks: rows.length,
    firstSeries: rows[0]?.series ?? 0,
    lastSeries: rows.at(-1)?.series ?? 0,
    start: parts.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    end: parts.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY),
  };
}

function columnsOf(rows: readonly Row[], parts: readonly Row[], partOf: Float64Array): StoredDirectory {
  const column = (of: readonly Row[], numberOf: (row: Row) => number) => {
    const numbers = new Float64Array(of.length);
    of.forEach((row, i) => {
      numbers[i] = numberOf(row);
    });
    return numbers;
  };
  return {
    timePartStart: column(parts, ({ start }) => start),
    timePartSpan: column(parts, ({ start, end }) => end - start),
    timePartLength: column(parts, ({ timePart }) => timePart.length),
    series: column(rows, ({ series }) => series),
    timePart: partOf,
    head: column(rows, ({ head }) => head),
    length: column(rows, ({ valuePart }) => valuePart.length),
  };
}

/** Picks a row for each time part that differs from the others, and says which of them each row's is equal to. */
function shareTimes(rows: readonly Row[]): { parts: Row[]; partOf: Float64Array } {
  const parts: Row[] = [];
  const known = new Map<number, number>();
  const partOf = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    const place = known.get(row.timeHash);
    if (place !== undefined && areEqual(parts[place]?.timePart, row.timePart)) partOf[i] = place;
    else {
      known.set(row.timeHash, parts.length);
      partOf[i] = parts.push(row) - 1;
    }
  });
  return { parts, partOf };
}

function areEqual(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a?.length !== b.length) return false;
  for (let i = 0; i < b.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
