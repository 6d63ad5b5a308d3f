import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { checksum } from "./checksum.ts";
import { DamagedChunkError } from "./damaged-chunk-error.ts";
import { MOST_INTEGER } from "./integer-column.ts";

/** The version of the layout that is written here. Others are refused: they are another's to read. */
const VERSION = 1;
const HEAD_BYTES = 2;
const CHECKSUM_BYTES = 4;

export const FLOATS = 1;
export const RAW_FLOATS = 2;
export const HISTOGRAMS = 3;
export const ROLLUP = 4;
type ChunkKind = typeof FLOATS | typeof RAW_FLOATS | typeof HISTOGRAMS | typeof ROLLUP;

/** What the first bytes of a chunk say. Times are milliseconds since 1970, both ends included. */
export interface ChunkRange {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

const frame = new ByteWriter();
const timeColumn = new ByteWriter();

/**
 * Writes a chunk around its columns:
 *
 * - version and kind, a byte each;
 * - the time part: varints of count, start (zigzag), end less start, bytes of the time column, and that column;
 * - the value part: the columns of values, and the checksum of all before it.
 *
 * The time part depends on nothing but the times, so that a blob can keep it once for all series that share them.
 *
 * @throws RangeError when a time is not a whole millisecond within ±2^50
 */
export function writeFrame(
  kind: ChunkKind,
  { count, start, end }: ChunkRange,
  writeTimes: (writer: ByteWriter) => void,
  writeValues: (writer: ByteWriter) => void,
): Uint8Array<ArrayBuffer> {
  checkTime(start);
  checkTime(end);
  timeColumn.clear();
  writeTimes(timeColumn);
  frame.clear();
  frame.byte(VERSION);
  frame.byte(kind);
  frame.varint(count);
  frame.signed(start);
  frame.varint(end - start);
  frame.varint(timeColumn.length);
  frame.append(timeColumn.bytes.subarray(0, timeColumn.length));
  writeValues(frame);
  frame.word(checksum(frame.bytes, frame.length));
  return frame.take();
}

/** Reads count and range from the first bytes of a chunk, whose checksum is left alone. */
export function readRange(bytes: Uint8Array): ChunkRange {
  checkVersion(bytes);
  return rangeFrom(new ByteReader(bytes, HEAD_BYTES));
}

/** A reader that stands at the time column, after the whole chunk was found to be what was written. */
export function openFrame(bytes: Uint8Array): { kind: number; range: ChunkRange; reader: ByteReader } {
  checkVersion(bytes);
  const end = bytes.length - CHECKSUM_BYTES;
  const reader = new ByteReader(bytes, end);
  if (reader.word() !== checksum(bytes, end))
    throw new DamagedChunkError("A chunk's checksum does not match.");
  reader.position = 1;
  const kind = reader.byte();
  const range = rangeFrom(reader);
  reader.varint();
  return { kind, range, reader };
}

/** The parts of a chunk that {@link joinFrame} puts together again; the bytes are not copied. */
export interface FrameParts {
  /** version · 256 + kind */
  readonly head: number;
  readonly timePart: Uint8Array;
  /** With the checksum of the whole. */
  readonly valuePart: Uint8Array;
}

export function splitFrame(bytes: Uint8Array): FrameParts {
  checkVersion(bytes);
  const reader = new ByteReader(bytes, HEAD_BYTES);
  rangeFrom(reader);
  reader.take(reader.varint());
  return {
    head: (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0),
    timePart: bytes.subarray(HEAD_BYTES, reader.position),
    valuePart: bytes.subarray(reader.position),
  };
}

export function joinFrame({ head, timePart, valuePart }: FrameParts): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + timePart.length + valuePart.length);
  bytes[0] = head >>> 8;
  bytes[1] = head & 0xff;
  bytes.set(timePart, HEAD_BYTES);
  bytes.set(valuePart, HEAD_BYTES + timePart.length);
  return bytes;
}

function rangeFrom(reader: ByteReader): ChunkRange {
  const count = reader.varint();
  const start = reader.signed();
  return { count, start, end: start + reader.varint() };
}

function checkVersion(bytes: Uint8Array): void {
  if (bytes.length < HEAD_BYTES + CHECKSUM_BYTES) throw new DamagedChunkError("A chunk is cut short.");
  if (bytes[0] !== VERSION) throw new DamagedChunkError(`A chunk has version ${bytes[0]}, not ${VERSION}.`);
}

function checkTime(time: number): void {
  if (!Number.isInteger(time) || Math.abs(time) > MOST_INTEGER / 2) {
    throw new RangeError(`${time} is no time in whole milliseconds.`);
  }
}
