import type { ByteReader } from "../chunks/byte-reader.ts";
import type { ByteWriter } from "../chunks/byte-writer.ts";
import { DamagedChunkError, decoding } from "../chunks/damaged-chunk-error.ts";
import { openFrame, ROLLUP, writeFrame } from "../chunks/frame.ts";
import { readIntegers, writeIntegers } from "../chunks/integer-column.ts";
import { readNumbers, writeNumbers } from "../chunks/number-column.ts";
import { type ColumnName, increaseWithin, makeRollup, type RollupColumns } from "./rollup.ts";

/** What a column may be told from. In a counter, all but count and sum follow from first and last. */
type Derivation = (rollup: RollupColumns) => Float64Array;

const asFirst: Derivation = ({ first }) => first;
const asLast: Derivation = ({ last }) => last;
const asMin: Derivation = ({ min }) => min;

/** In the order they are stored in, so that a column is told from those before it. */
const VALUE_COLUMNS: readonly (readonly [ColumnName, readonly Derivation[]])[] = [
  ["count", []],
  ["first", []],
  ["last", [asFirst]],
  ["min", [asFirst, asLast]],
  ["max", [asLast, asFirst, asMin]],
  ["sum", [sumOfEqual]],
  ["increase", [increaseWithoutReset]],
];
/** A column's first byte: that it stands whole, or by which derivation all but some rows are told. */
const WHOLE = 0;

/**
 * Packs a rollup as a chunk (frame.ts), which blobs take as they take samples. Its range is from the start of the
 * first bucket to the last millisecond of the last. Columns that follow from others are left out but for the rows
 * where they do not. Every bit comes back.
 *
 * @throws RangeError when there is no bucket
 */
export function encodeRollup(rollup: RollupColumns): Uint8Array<ArrayBuffer> {
  const count = rollup.start.length;
  if (count === 0) throw new RangeError("A rollup chunk holds at least one bucket.");
  const start = rollup.start[0] ?? 0;
  const end = (rollup.start[count - 1] ?? 0) + rollup.resolution - 1;
  return writeFrame(
    ROLLUP,
    { count, start, end },
    (writer) => writeTimes(writer, rollup),
    (writer) => {
      for (const [name, derivations] of VALUE_COLUMNS) writeColumn(writer, rollup, name, derivations);
    },
  );
}

/** @throws DamagedChunkError when the bytes are not what was written, or a chunk of samples */
export function decodeRollup(bytes: Uint8Array): RollupColumns {
  return decoding("rollup", () => {
    const { kind, range, reader } = openFrame(bytes);
    if (kind !== ROLLUP) throw new DamagedChunkError(`A chunk of kind ${kind} holds no rollup.`);
    const rollup = makeRollup(reader.varint(), range.count);
    readTimes(reader, rollup, range.start);
    for (const [name, derivations] of VALUE_COLUMNS) readColumn(reader, rollup, name, derivations);
    return rollup;
  });
}

/** The resolution, which bucket after the first each is, and how far in it its first and last samples are. */
function writeTimes(writer: ByteWriter, { resolution, start, firstTime, lastTime }: RollupColumns): void {
  const { length } = start;
  const first = start[0] ?? 0;
  writer.varint(resolution);
  writeIntegers(
    writer,
    start.map((time) => (time - first) / resolution),
    length,
  );
  writeIntegers(
    writer,
    firstTime.map((time, row) => time - (start[row] ?? 0)),
    length,
  );
  writeIntegers(
    writer,
    lastTime.map((time, row) => time - (start[row] ?? 0)),
    length,
  );
}

function readTimes(reader: ByteReader, rollup: RollupColumns, from: number): void {
  const { resolution, start, firstTime, lastTime } = rollup;
  const { length } = start;
  for (const column of [start, firstTime, lastTime]) readIntegers(reader, column, length);
  for (let row = 0; row < length; row += 1) {
    const time = from + (start[row] ?? 0) * resolution;
    start[row] = time;
    firstTime[row] = time + (firstTime[row] ?? 0);
    lastTime[row] = time + (lastTime[row] ?? 0);
  }
}

function writeColumn(
  writer: ByteWriter,
  rollup: RollupColumns,
  name: ColumnName,
  derivations: readonly Derivation[],
): void {
  const column = rollup[name];
  const start = writer.length;
  let best = WHOLE;
  let derived = column;
  let fewest = column.length;
  derivations.forEach((derive, i) => {
    const candidate = derive(rollup);
    const exceptions = countDifferences(candidate, column);
    if (exceptions >= fewest) return;
    fewest = exceptions;
    derived = candidate;
    best = i + 1;
  });
  if (fewest > 0) {
    writer.byte(WHOLE);
    writeDoubles(writer, column);
  }
  const end = writer.length;
  const bytes = end - start;
  // An exception costs what a row costs, and about a byte to say which it is.
  if (best === WHOLE || (bytes > 0 && fewest * (bytes / column.length + 1) >= bytes)) return;
  writer.byte(best);
  writeExceptions(writer, column, derived, fewest);
  if (bytes === 0) return;
  if (writer.length - end < bytes) writer.cut(start, end);
  else writer.length = end;
}

function writeExceptions(
  writer: ByteWriter,
  column: Float64Array,
  derived: Float64Array,
  count: number,
): void {
  const rows = new Float64Array(count);
  const values = new Float64Array(count);
  let found = 0;
  for (let row = 0; found < count; row += 1) {
    if (Object.is(column[row], derived[row])) continue;
    rows[found] = row;
    values[found++] = column[row] ?? 0;
  }
  writer.varint(count);
  writeIntegers(writer, rows, count);
  writeDoubles(writer, values);
}

function readColumn(
  reader: ByteReader,
  rollup: RollupColumns,
  name: ColumnName,
  derivations: readonly Derivation[],
): void {
  const column = rollup[name];
  const form = reader.byte();
  if (form === WHOLE) {
    readNumbers(reader, column, new Uint32Array(column.buffer), column.length);
    return;
  }
  const derive = derivations[form - 1];
  if (derive === undefined) throw new RangeError("A column's derivation is not known.");
  column.set(derive(rollup));
  const exceptions = reader.varint();
  const rows = new Float64Array(exceptions);
  const values = new Float64Array(exceptions);
  readIntegers(reader, rows, exceptions);
  readNumbers(reader, values, new Uint32Array(values.buffer), exceptions);
  for (let i = 0; i < exceptions; i += 1) column[rows[i] ?? 0] = values[i] ?? 0;
}

function writeDoubles(writer: ByteWriter, values: Float64Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  writeNumbers(writer, values, bits, values.length);
}

function countDifferences(a: Float64Array, b: Float64Array): number {
  let count = 0;
  for (let i = 0; i < b.length; i += 1) if (!Object.is(a[i], b[i])) count += 1;
  return count;
}

/** The sum of values that are all the same. */
function sumOfEqual({ first, count }: RollupColumns): Float64Array {
  const sums = new Float64Array(first.length);
  for (let row = 0; row < sums.length; row += 1) sums[row] = (first[row] ?? 0) * (count[row] ?? 0);
  return sums;
}

function increaseWithoutReset({ first, last }: RollupColumns): Float64Array {
  const increases = new Float64Array(first.length);
  for (let row = 0; row < increases.length; row += 1) {
    increases[row] = increaseWithin(first[row] ?? 0, last[row] ?? 0, 0);
  }
  return increases;
}
