import { type BlobDirectory, readDirectory, writeDirectory } from "./blob-directory.ts";
import { ByteWriter } from "./byte-writer.ts";
import { checksum } from "./checksum.ts";
import { decoding } from "./damaged-chunk-error.ts";
import { type FrameParts, joinFrame, readRange, splitFrame } from "./frame.ts";

/** A chunk of a series that its owner knows by a number. */
export interface SeriesChunk {
  /** An integer of 0…2^46. */
  readonly series: number;
  readonly bytes: Uint8Array;
}

/** A blob and what to write down beside it: nothing outside these bounds is in it. */
export interface PackedBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
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
}

/**
 * Packs chunks (of samples or of rollups) into blobs of many series, in the order they come in; within a blob they are
 * put in order. Chunks with equal times, as of series that are scraped together, share one time part.
 *
 * @throws RangeError when a chunk does not fit by itself; DamagedChunkError when one is no chunk
 */
export function packBlobs(chunks: Iterable<SeriesChunk>, maxBytes: number): PackedBlob[] {
  const blobs: PackedBlob[] = [];
  let rows: Row[] = [];
  let parts = new Set<number>();
  let estimate = FIXED_BYTES;
  for (const { series, bytes } of chunks) {
    const { start, end } = readRange(bytes);
    const row = { series, start, end, ...splitFrame(bytes) };
    const time = checksum(row.timePart);
    const size = ROW_BYTES + row.valuePart.length;
    const withTimes = size + TIME_PART_BYTES + row.timePart.length;
    if (rows.length > 0 && estimate + (parts.has(time) ? size : withTimes) > maxBytes) {
      addBlobs(blobs, rows, maxBytes);
      rows = [];
      parts = new Set();
      estimate = FIXED_BYTES;
    }
    estimate += parts.has(time) ? size : withTimes;
    parts.add(time);
    rows.push(row);
  }
  if (rows.length > 0) addBlobs(blobs, rows, maxBytes);
  return blobs;
}

function addBlobs(blobs: PackedBlob[], rows: readonly Row[], maxBytes: number): void {
  const blob = packBlob(rows);
  if (blob.bytes.length <= maxBytes) {
    blobs.push(blob);
    return;
  }
  if (rows.length === 1) throw new RangeError(`A chunk does not fit into a blob of ${maxBytes} bytes.`);
  const half = rows.length >>> 1;
  addBlobs(blobs, rows.slice(0, half), maxBytes);
  addBlobs(blobs, rows.slice(half), maxBytes);
}

function packBlob(unordered: readonly Row[]): PackedBlob {
  const rows = [...unordered].sort((a, b) => a.series - b.series || a.start - b.start);
  const parts: Row[] = [];
  const partOf = rows.map(timePartsOf(parts));
  const column = <T>(of: readonly T[], numberOf: (item: T) => number) => Float64Array.from(of, numberOf);
  writeDirectory(blob, {
    timePartStart: column(parts, ({ start }) => start),
    timePartSpan: column(parts, ({ start, end }) => end - start),
    timePartLength: column(parts, ({ timePart }) => timePart.length),
    series: column(rows, ({ series }) => series),
    timePart: Float64Array.from(partOf),
    head: column(rows, ({ head }) => head),
    length: column(rows, ({ valuePart }) => valuePart.length),
  });
  for (const { timePart } of parts) blob.append(timePart);
  for (const { valuePart } of rows) blob.append(valuePart);
  return {
    bytes: blob.take(),
    chunks: rows.length,
    firstSeries: rows[0]?.series ?? 0,
    lastSeries: rows.at(-1)?.series ?? 0,
    start: parts.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    end: parts.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY),
  };
}

const blob = new ByteWriter();

/** Gives each row the number of a row in `parts` with the same times, and adds the row there if there is none. */
function timePartsOf(parts: Row[]): (row: Row) => number {
  const known = new Map<number, number>();
  return (row) => {
    const hash = checksum(row.timePart);
    const place = known.get(hash);
    if (place !== undefined && areEqual(parts[place]?.timePart, row.timePart)) return place;
    known.set(hash, parts.length);
    return parts.push(row) - 1;
  };
}

function areEqual(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * Finds chunks in a blob. A chunk that is taken out is whole again, byte by byte what was packed, with its own
 * checksum; the other chunks are not touched.
 *
 * @throws DamagedChunkError when the directory is not what was written; damage elsewhere shows when a chunk is decoded
 */
export class BlobReader {
  readonly directory: BlobDirectory;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.directory = decoding("blob", () => readDirectory(bytes));
  }

  /** The chunks of a series that have samples from `start` to `end`, both included, by their start. */
  find(series: number, start: number, end: number): Uint8Array<ArrayBuffer>[] {
    const { directory } = this;
    const found: Uint8Array<ArrayBuffer>[] = [];
    for (let row = firstOf(directory.series, series); directory.series[row] === series; row += 1) {
      if ((directory.start[row] ?? 0) <= end && (directory.end[row] ?? 0) >= start)
        found.push(this.chunk(row));
    }
    return found;
  }

  /** The chunk of a row of the directory. */
  chunk(row: number): Uint8Array<ArrayBuffer> {
    const { head, timePart, timePartOffset, timePartLength, offset, length } = this.directory;
    const part = timePart[row] ?? 0;
    return joinFrame({
      head: head[row] ?? 0,
      timePart: this.#slice(timePartOffset[part], timePartLength[part]),
      valuePart: this.#slice(offset[row], length[row]),
    });
  }

  /** All chunks, by series and start. */
  *chunks(): Generator<SeriesChunk> {
    for (const [row, series] of this.directory.series.entries()) yield { series, bytes: this.chunk(row) };
  }

  #slice(offset = 0, length = 0): Uint8Array {
    return this.#bytes.subarray(offset, offset + length);
  }
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
