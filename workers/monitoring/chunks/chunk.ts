import { Samples } from "../model/samples.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { DamagedChunkError, decoding } from "./damaged-chunk-error.ts";
import {
  type ChunkRange,
  FLOATS,
  HISTOGRAMS,
  openFrame,
  RAW_FLOATS,
  readRange,
  writeFrame,
} from "./frame.ts";
import { readHistograms, writeHistograms } from "./histogram-column.ts";
import { MOST_INTEGER, readIntegers, writeIntegers } from "./integer-column.ts";
import { readNumbers, writeNumbers } from "./number-column.ts";
import { Scratch } from "./scratch.ts";

const relative = new Scratch();

/**
 * Packs samples of one series as small as they get; the layout is in frame.ts. The same samples give the same bytes.
 *
 * @throws RangeError when there is no sample, when floats and histograms are mixed (see splitRuns), or when times are
 *   not whole, ascending milliseconds
 */
export function encodeChunk(samples: Samples): Uint8Array<ArrayBuffer> {
  const { histograms } = samples;
  const isFloats = histograms === null || histograms.every((histogram) => histogram === null);
  return writeFrame(
    isFloats ? FLOATS : HISTOGRAMS,
    rangeOf(samples),
    (writer) => writeTimes(writer, samples),
    (writer) => {
      if (isFloats) writeNumbers(writer, samples.values, samples.bits, samples.length);
      else writeHistograms(writer, samples);
    },
  );
}

/** As {@link encodeChunk}, but floats are copied as they are: for samples that are read once and at once. */
export function encodeRawChunk(samples: Samples): Uint8Array<ArrayBuffer> {
  if (samples.histograms !== null) return encodeChunk(samples);
  const { times, values } = samples;
  return writeFrame(
    RAW_FLOATS,
    rangeOf(samples),
    (writer) => writer.append(memoryOf(times)),
    (writer) => writer.append(memoryOf(values)),
  );
}

/**
 * Unpacks a chunk into memory of its own.
 *
 * @throws DamagedChunkError when the bytes are not what was written
 */
export function decodeChunk(bytes: Uint8Array): Samples {
  return decoding("chunk", () => {
    const { kind, range, reader } = openFrame(bytes);
    const { count, start } = range;
    const samples = new Samples(new Float64Array(count), new Float64Array(count));
    if (kind === RAW_FLOATS) {
      memoryOf(samples.times).set(reader.take(count * 8));
      memoryOf(samples.values).set(reader.take(count * 8));
      return samples;
    }
    readTimes(reader, samples.times, start);
    if (kind === FLOATS) {
      readNumbers(reader, samples.values, samples.bits, count);
      return samples;
    }
    if (kind !== HISTOGRAMS) throw new DamagedChunkError(`A chunk of kind ${kind} holds no samples.`);
    return new Samples(samples.times, samples.values, readHistograms(reader, samples));
  });
}

/**
 * What the header says of a chunk, whose checksum is not looked at: `start` and `end` are the times of its first and
 * last sample.
 *
 * @throws DamagedChunkError when the bytes are too few or of another version
 */
export function chunkRange(bytes: Uint8Array): ChunkRange {
  return decoding("chunk", () => readRange(bytes));
}

function rangeOf({ times, length }: Samples): ChunkRange {
  if (length === 0) throw new RangeError("A chunk holds at least one sample.");
  return { count: length, start: times[0] ?? 0, end: times[length - 1] ?? 0 };
}

function writeTimes(writer: ByteWriter, { times, length }: Samples): void {
  const start = times[0] ?? 0;
  const distances = relative.take(length);
  let previous = -1;
  for (let i = 0; i < length; i += 1) {
    const distance = (times[i] ?? 0) - start;
    if (!(distance > previous && distance <= MOST_INTEGER && distance === Math.floor(distance))) {
      throw new RangeError("Times are not whole, ascending milliseconds.");
    }
    distances[i] = distance;
    previous = distance;
  }
  writeIntegers(writer, distances, length);
}

function readTimes(reader: ByteReader, times: Float64Array, start: number): void {
  readIntegers(reader, times, times.length);
  for (let i = 0; i < times.length; i += 1) times[i] = (times[i] ?? 0) + start;
}

function memoryOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
