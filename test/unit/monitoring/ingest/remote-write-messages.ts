import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** What a sender has to say, before it is a message of either version. */
export interface SentSeries {
  /** name, value, name, value… in the order they are sent. */
  labels: readonly string[];
  samples?: readonly { value: number | Uint8Array; time: number }[];
  histograms?: readonly SentHistogram[];
  exemplars?: readonly { labels: readonly string[]; value: number; time: number }[];
  metadata?: { type: number; help: string; unit: string };
}

export interface SentHistogram {
  time: number;
  integer: boolean;
  count: number;
  zeroCount: number;
  sum: number | Uint8Array;
  schema: number;
  zeroThreshold: number;
  /** Differences if it is an integer histogram. */
  positive: readonly number[];
  positiveSpans: readonly { offset: number; length: number }[];
  negative: readonly number[];
  negativeSpans: readonly { offset: number; length: number }[];
  customValues: readonly number[];
  hint: number;
}

export interface SentMetadata {
  metric: string;
  type: number;
  help: string;
  unit: string;
}

/** A `prometheus.WriteRequest`. */
export function writeRequest1(
  series: readonly SentSeries[],
  metadata: readonly SentMetadata[] = [],
): Uint8Array {
  const writer = new BinaryWriter();
  for (const { labels, samples = [], histograms = [], exemplars = [] } of series) {
    message(writer, 1, () => {
      writeLabels(writer, labels);
      for (const sample of samples) writeSample(writer, sample);
      for (const exemplar of exemplars)
        message(writer, 3, () => {
          writeLabels(writer, exemplar.labels);
          writer.tag(2, WireType.Bit64).double(exemplar.value);
          writer.tag(3, WireType.Varint).int64(exemplar.time);
        });
      for (const histogram of histograms) message(writer, 4, () => writeHistogram(writer, histogram));
    });
  }
  for (const { metric, type, help, unit } of metadata)
    message(writer, 3, () => {
      writer.tag(1, WireType.Varint).uint32(type);
      writer.tag(2, WireType.LengthDelimited).string(metric);
      writer.tag(4, WireType.LengthDelimited).string(help);
      writer.tag(5, WireType.LengthDelimited).string(unit);
    });
  return writer.finish();
}

/** An `io.prometheus.write.v2.Request`. */
export function writeRequest2(series: readonly SentSeries[]): Uint8Array {
  const symbols = new Map<string, number>([["", 0]]);
  const refOf = (text: string) => {
    const ref = symbols.get(text) ?? symbols.size;
    symbols.set(text, ref);
    return ref;
  };
  const body = new BinaryWriter();
  for (const { labels, samples = [], histograms = [], exemplars = [], metadata } of series) {
    message(body, 5, () => {
      packed(body, 1, () => eachOf(labels, (label) => body.uint32(refOf(label))));
      for (const sample of samples) writeSample(body, sample);
      for (const histogram of histograms) message(body, 3, () => writeHistogram(body, histogram));
      for (const exemplar of exemplars)
        message(body, 4, () => {
          for (const label of exemplar.labels) body.tag(1, WireType.Varint).uint32(refOf(label));
          body.tag(2, WireType.Bit64).double(exemplar.value);
          body.tag(3, WireType.Varint).int64(exemplar.time);
        });
      if (metadata !== undefined)
        message(body, 5, () => {
          body.tag(1, WireType.Varint).uint32(metadata.type);
          body.tag(3, WireType.Varint).uint32(refOf(metadata.help));
          body.tag(4, WireType.Varint).uint32(refOf(metadata.unit));
        });
      body.tag(6, WireType.Varint).int64(1_600_000_000_000);
    });
  }
  const writer = new BinaryWriter();
  for (const symbol of symbols.keys()) writer.tag(4, WireType.LengthDelimited).string(symbol);
  return writer.raw(body.finish()).finish();
}

function writeLabels(writer: BinaryWriter, labels: readonly string[]): void {
  for (let at = 0; at < labels.length; at += 2)
    message(writer, 1, () => {
      writer.tag(1, WireType.LengthDelimited).string(labels[at] ?? "");
      writer.tag(2, WireType.LengthDelimited).string(labels[at + 1] ?? "");
    });
}

function writeSample(
  writer: BinaryWriter,
  { value, time }: { value: number | Uint8Array; time: number },
): void {
  message(writer, 2, () => {
    double(writer, 1, value);
    writer.tag(2, WireType.Varint).int64(time);
  });
}

function writeHistogram(writer: BinaryWriter, histogram: SentHistogram): void {
  const { integer } = histogram;
  if (integer) writer.tag(1, WireType.Varint).uint64(histogram.count);
  else writer.tag(2, WireType.Bit64).double(histogram.count);
  double(writer, 3, histogram.sum);
  writer.tag(4, WireType.Varint).sint32(histogram.schema);
  writer.tag(5, WireType.Bit64).double(histogram.zeroThreshold);
  if (integer) writer.tag(6, WireType.Varint).uint64(histogram.zeroCount);
  else writer.tag(7, WireType.Bit64).double(histogram.zeroCount);
  writeBuckets(writer, 8, histogram.negativeSpans, histogram.negative, integer);
  writeBuckets(writer, 11, histogram.positiveSpans, histogram.positive, integer);
  writer.tag(14, WireType.Varint).uint32(histogram.hint);
  writer.tag(15, WireType.Varint).int64(histogram.time);
  packed(writer, 16, () => eachOf(histogram.customValues, (value) => writer.double(value)));
}

function writeBuckets(
  writer: BinaryWriter,
  field: number,
  spans: readonly { offset: number; length: number }[],
  buckets: readonly number[],
  integer: boolean,
): void {
  for (const { offset, length } of spans)
    message(writer, field, () => {
      writer.tag(1, WireType.Varint).sint32(offset);
      writer.tag(2, WireType.Varint).uint32(length);
    });
  if (integer) packed(writer, field + 1, () => eachOf(buckets, (count) => writer.sint64(count)));
  else packed(writer, field + 2, () => eachOf(buckets, (count) => writer.double(count)));
}

function double(writer: BinaryWriter, field: number, value: number | Uint8Array): void {
  writer.tag(field, WireType.Bit64);
  if (typeof value === "number") writer.double(value);
  else writer.raw(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

const packed = message;

function eachOf<Item>(items: readonly Item[], write: (item: Item) => unknown): void {
  for (const item of items) write(item);
}
