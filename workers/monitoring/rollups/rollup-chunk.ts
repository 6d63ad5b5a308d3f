import type { ByteReader } from "../chunks/byte-reader.ts";
import type { ByteWriter } from "../chunks/byte-writer.ts";
import { DamagedChunkError, decoding } from "../chunks/damaged-chunk-error.ts";
import { openFrame, ROLLUP, writeFrame } from "../chunks/frame.ts";
import { readIntegers, writeIntegers } from "../chunks/integer-column.ts";
import { readNumbers, writeNumbers } from "../chunks/number-column.ts";
import { type ColumnName, increaseWithin, makeRollup, type RollupColumns } from "./rollup.ts";

/** What a column may be told from. In a counter, all but count and sum follow from first and last. */
type Derivation = (rollup: RollupColumns, row: number) => number;

const asFirst: Derivation = ({ first }, row) => first[row] ?? 0;
const asLast: Derivation = ({ last }, row) => last[row] ?? 0;
const asMin: Derivation = ({ min }, row) => min[row] ?? 0;

/** In the order they are stored in, so that a column is told from those before it. */
const VALUE_COLUMNS: readonly (readonly [ColumnName, readonly Derivation[]])[] = [
  ["count", []],
  ["first", []],
  ["last", [asFirst]],
  ["min", [asFirst, asLast]],
  ["max", [asLast, asFirst, asMin]],
  ["sum", [({ first, count }, row) => (first[row] ?? 0) * (count[row] ?? 0)]],
  ["increase", [({ first, last }, row) => increaseWithin(first[row] ?? 0, last[row] ?? 0, 0)]],
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
  const rows = column.length;
  const start = writer.length;
  let exceptions = Array.from({ length: rows }, (_, row) => row);
  let derivation = WHOLE;
  derivations.forEach((derive, i) => {
    const left = rowsNotDerived(rollup, column, derive);
    if (left.length >= exceptions.length) return;
    exceptions = left;
    derivation = i + 1;
  });
  if (derivation !== WHOLE) {
    writer.byte(derivation);
    writer.varint(exceptions.length);
    writeIntegers(writer, Float64Array.from(exceptions), exceptions.length);
    writeDoubles(
      writer,
      Float64Array.from(exceptions, (row) => column[row] ?? 0),
    );
    if (exceptions.length === 0) return;
  }
  const end = writer.length;
  writer.byte(WHOLE);
  writeDoubles(writer, column);
  if (derivation === WHOLE) return;
  if (writer.length - end < end - start) writer.cut(start, end);
  else writer.length = end;
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
  for (let row = 0; row < column.length; row += 1) column[row] = derive(rollup, row);
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

function rowsNotDerived(rollup: RollupColumns, column: Float64Array, derive: Derivation): number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.length; row += 1) {
    if (!Object.is(derive(rollup, row), column[row])) rows.push(row);
  }
  return rows;
}
