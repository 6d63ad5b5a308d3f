import type { Histogram, ResetHint, Span } from "../model/histogram.ts";
import { markStale, type Samples } from "../model/samples.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readNumbers, writeNumbers } from "./number-column.ts";

const HINTS: readonly ResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
/** A run of stale markers, where a run of histograms has its reset hint. */
const STALE = 0xff;
const SCHEMA_OFFSET = 128;

/**
 * Writes histograms as runs of one layout (schema, thresholds, spans, bounds, reset hint): the layout once, then each
 * of count, zero count, sum and every bucket as a column of its own, so that integral counts cost their steps and sums
 * their XOR. A run of stale markers has no columns.
 *
 * @throws RangeError when a sample is a float
 */
export function writeHistograms(writer: ByteWriter, samples: Samples): void {
  const { length } = samples;
  for (let from = 0; from < length; ) {
    const first = samples.histograms?.[from] ?? null;
    let to = from + 1;
    if (first === null) {
      while (to < length && samples.histograms?.[to] == null) to += 1;
      for (let i = from; i < to; i += 1) {
        if (!samples.isStale(i)) throw new RangeError("Floats and histograms cannot share a chunk.");
      }
      writer.varint(to - from);
      writer.byte(STALE);
    } else {
      const run = [first];
      for (; to < length; to += 1) {
        const next = samples.histograms?.[to];
        if (next == null || !haveSameLayout(first, next)) break;
        run.push(next);
      }
      writer.varint(run.length);
      writeLayout(writer, first);
      writeColumns(writer, run);
    }
    from = to;
  }
}

/** Reads what {@link writeHistograms} wrote; the values of the samples become NaN and stale markers. */
export function readHistograms(reader: ByteReader, { bits, values, length }: Samples): (Histogram | null)[] {
  const histograms: (Histogram | null)[] = [];
  while (histograms.length < length) {
    const from = histograms.length;
    const count = reader.varint();
    if (count === 0 || count > length - from) throw new RangeError("A run of histograms has no such length.");
    const hint = reader.byte();
    if (hint === STALE) {
      for (let i = from; i < from + count; i += 1) {
        histograms.push(null);
        markStale(bits, i);
      }
    } else {
      values.fill(Number.NaN, from, from + count);
      readRun(reader, hint, count, histograms);
    }
  }
  return histograms;
}

function writeLayout(writer: ByteWriter, histogram: Histogram): void {
  writer.byte(HINTS.indexOf(histogram.resetHint));
  writer.byte(histogram.schema + SCHEMA_OFFSET);
  writer.double(histogram.zeroThreshold);
  writeSpans(writer, histogram.positiveSpans);
  writeSpans(writer, histogram.negativeSpans);
  writer.varint(histogram.positiveBuckets.length);
  writer.varint(histogram.negativeBuckets.length);
  writer.varint(histogram.customValues.length);
  writeColumn(writer, histogram.customValues.length, (i) => histogram.customValues[i]);
}

function writeColumns(writer: ByteWriter, run: readonly Histogram[]): void {
  const [first] = run;
  writeColumn(writer, run.length, (i) => run[i]?.count);
  writeColumn(writer, run.length, (i) => run[i]?.zeroCount);
  writeColumn(writer, run.length, (i) => run[i]?.sum);
  const positive = first?.positiveBuckets.length ?? 0;
  const negative = first?.negativeBuckets.length ?? 0;
  for (let b = 0; b < positive; b += 1) writeColumn(writer, run.length, (i) => run[i]?.positiveBuckets[b]);
  for (let b = 0; b < negative; b += 1) writeColumn(writer, run.length, (i) => run[i]?.negativeBuckets[b]);
}

function readRun(reader: ByteReader, hint: number, count: number, into: (Histogram | null)[]): void {
  const resetHint = HINTS[hint];
  if (resetHint === undefined) throw new RangeError("A reset hint is not known.");
  const schema = reader.byte() - SCHEMA_OFFSET;
  const zeroThreshold = reader.double();
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const positive = reader.varint();
  const negative = reader.varint();
  const customValues = [...readColumn(reader, reader.varint())];
  const counts = readColumn(reader, count);
  const zeroCounts = readColumn(reader, count);
  const sums = readColumn(reader, count);
  const positiveColumns = Array.from({ length: positive }, () => readColumn(reader, count));
  const negativeColumns = Array.from({ length: negative }, () => readColumn(reader, count));
  for (let i = 0; i < count; i += 1) {
    into.push({
      schema,
      zeroThreshold,
      zeroCount: zeroCounts[i] ?? 0,
      count: counts[i] ?? 0,
      sum: sums[i] ?? 0,
      positiveSpans,
      positiveBuckets: positiveColumns.map((column) => column[i] ?? 0),
      negativeSpans,
      negativeBuckets: negativeColumns.map((column) => column[i] ?? 0),
      customValues,
      resetHint,
    });
  }
}

function writeColumn(
  writer: ByteWriter,
  count: number,
  numberAt: (index: number) => number | undefined,
): void {
  const column = new Float64Array(count);
  for (let i = 0; i < count; i += 1) column[i] = numberAt(i) ?? 0;
  writeNumbers(writer, column, new Uint32Array(column.buffer), count);
}

function readColumn(reader: ByteReader, count: number): Float64Array {
  const column = new Float64Array(count);
  readNumbers(reader, column, new Uint32Array(column.buffer), count);
  return column;
}

function writeSpans(writer: ByteWriter, spans: readonly Span[]): void {
  writer.varint(spans.length);
  for (const { offset, length } of spans) {
    writer.signed(offset);
    writer.varint(length);
  }
}

function readSpans(reader: ByteReader): Span[] {
  const spans: Span[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) {
    const offset = reader.signed();
    spans.push({ offset, length: reader.varint() });
  }
  return spans;
}

function haveSameLayout(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    a.resetHint === b.resetHint &&
    Object.is(a.zeroThreshold, b.zeroThreshold) &&
    a.positiveBuckets.length === b.positiveBuckets.length &&
    a.negativeBuckets.length === b.negativeBuckets.length &&
    haveSameSpans(a.positiveSpans, b.positiveSpans) &&
    haveSameSpans(a.negativeSpans, b.negativeSpans) &&
    a.customValues.length === b.customValues.length &&
    a.customValues.every((bound, i) => Object.is(bound, b.customValues[i]))
  );
}

function haveSameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every(({ offset, length }, i) => offset === b[i]?.offset && length === b[i]?.length)
  );
}
