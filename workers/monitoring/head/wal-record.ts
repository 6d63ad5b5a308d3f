import { ByteReader } from "../chunks/byte-reader.ts";
import { ByteWriter } from "../chunks/byte-writer.ts";
import { decodeChunk, encodeRawChunk } from "../chunks/chunk.ts";
import type { Histogram } from "../model/histogram.ts";
import { decodeLabels, encodeLabels, readText } from "../model/label-codec.ts";
import { METRIC_TYPES, type MetricMetadata } from "../model/sample-batch.ts";
import { Samples } from "../model/samples.ts";
import type { KeptExemplar } from "./exemplar-ring.ts";

const VERSION = 1;
/** A record that has grown to this many bytes is closed: a row must stay below 1 MB. */
const FULL = 800_000;

const SERIES = 1;
const SAMPLES = 2;
const HISTOGRAM = 3;
const EXEMPLAR = 4;
const METADATA = 5;

/** Samples of the worst case, 24 bytes each, that fit between a full record and 1 MB. */
const SAMPLES_A_SECTION = 8_000;

const encoder = new TextEncoder();

/** What a record says, in the order in which it was written. */
export interface RecordReader {
  series(series: number, labels: Uint8Array, low: number, high: number): void;
  sample(series: number, time: number, low: number, high: number, histogram: Histogram | null): void;
  exemplar(exemplar: KeptExemplar): void;
  metadata(metadata: MetricMetadata): void;
}

/** Samples by columns, of which some are written. */
export interface SampleColumns {
  readonly series: Uint32Array | Int32Array;
  readonly times: Float64Array;
  /** The memory of the values, two words each. */
  readonly bits: Uint32Array;
  /** The places of the samples to write. */
  readonly places: Uint32Array;
}

/**
 * Writes what must outlive a restart as records: a version byte, then sections, each with its kind before it. The rows
 * of the WAL, of the series, of exemplars and of metadata are such records.
 */
export class RecordWriter {
  readonly #records: Uint8Array<ArrayBuffer>[] = [];
  readonly #writer = new ByteWriter();

  /** The finished records, each below 1 MB; the writer begins anew. */
  take(): Uint8Array<ArrayBuffer>[] {
    this.#close();
    return this.#records.splice(0);
  }

  series(series: number, labels: Uint8Array, low: number, high: number): void {
    this.#open(SERIES);
    this.#writer.varint(series);
    this.#writer.word(low);
    this.#writer.word(high);
    this.#bytes(labels);
  }

  samples(columns: SampleColumns): void {
    const { places } = columns;
    for (let from = 0; from < places.length; from += SAMPLES_A_SECTION) {
      this.#samples(columns, places.subarray(from, from + SAMPLES_A_SECTION));
    }
  }

  histogram(series: number, time: number, histogram: Histogram): void {
    this.#open(HISTOGRAM);
    this.#writer.varint(series);
    this.#bytes(encodeRawChunk(new Samples(Float64Array.of(time), Float64Array.of(Number.NaN), [histogram])));
  }

  exemplar({ series, labels, value, time }: KeptExemplar): void {
    this.#open(EXEMPLAR);
    this.#writer.varint(series);
    this.#bytes(encodeLabels(labels));
    this.#writer.double(value);
    this.#writer.signed(time);
  }

  metadata({ metric, type, help, unit }: MetricMetadata): void {
    this.#open(METADATA);
    for (const text of [metric, type, help, unit]) this.#bytes(encoder.encode(text));
  }

  #samples({ series, times, bits }: SampleColumns, places: Uint32Array): void {
    this.#open(SAMPLES);
    const writer = this.#writer;
    writer.varint(places.length);
    let previousSeries = 0;
    let previousTime = 0;
    for (const place of places) {
      const id = series[place] ?? 0;
      const time = times[place] ?? 0;
      writer.signed(id - previousSeries);
      writer.signed(time - previousTime);
      writer.word(bits[place * 2] ?? 0);
      writer.word(bits[place * 2 + 1] ?? 0);
      previousSeries = id;
      previousTime = time;
    }
  }

  #bytes(bytes: Uint8Array): void {
    this.#writer.varint(bytes.length);
    this.#writer.append(bytes);
  }

  #open(kind: number): void {
    if (this.#writer.length >= FULL) this.#close();
    if (this.#writer.length === 0) this.#writer.byte(VERSION);
    this.#writer.byte(kind);
  }

  #close(): void {
    if (this.#writer.length > 0) this.#records.push(this.#writer.take());
    this.#writer.clear();
  }
}

/** @throws RangeError for bytes that are no record, DamagedChunkError for a damaged histogram */
export function readRecord(bytes: Uint8Array, to: RecordReader): void {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new RangeError(`A record is of version ${version}, which is not known.`);
  while (reader.position < bytes.length) {
    const kind = reader.byte();
    if (kind === SAMPLES) readSamples(reader, to);
    else if (kind === SERIES) readSeries(reader, to);
    else if (kind === HISTOGRAM) readHistogram(reader, to);
    else if (kind === EXEMPLAR) to.exemplar(readExemplar(reader));
    else if (kind === METADATA) to.metadata(readMetadata(reader));
    else throw new RangeError(`A record has a section of kind ${kind}, which is not known.`);
  }
}

function readSamples(reader: ByteReader, to: RecordReader): void {
  let series = 0;
  let time = 0;
  for (let left = reader.varint(); left > 0; left--) {
    series += reader.signed();
    time += reader.signed();
    const low = reader.word();
    to.sample(series, time, low, reader.word(), null);
  }
}

function readSeries(reader: ByteReader, to: RecordReader): void {
  const series = reader.varint();
  const low = reader.word();
  const high = reader.word();
  to.series(series, readBytes(reader), low, high);
}

function readHistogram(reader: ByteReader, to: RecordReader): void {
  const series = reader.varint();
  const { times, bits, histograms } = decodeChunk(readBytes(reader));
  to.sample(series, times[0] ?? 0, bits[0] ?? 0, bits[1] ?? 0, histograms?.[0] ?? null);
}

function readExemplar(reader: ByteReader): KeptExemplar {
  const series = reader.varint();
  const labels = decodeLabels(readBytes(reader));
  return { series, labels, value: reader.double(), time: reader.signed() };
}

function readMetadata(reader: ByteReader): MetricMetadata {
  const metric = readString(reader);
  const type = readString(reader);
  const help = readString(reader);
  const unit = readString(reader);
  return { metric, type: METRIC_TYPES.find((known) => known === type) ?? "unknown", help, unit };
}

function readBytes(reader: ByteReader): Uint8Array {
  return reader.take(reader.varint());
}

function readString(reader: ByteReader): string {
  const bytes = readBytes(reader);
  return readText(bytes, 0, bytes.length);
}
