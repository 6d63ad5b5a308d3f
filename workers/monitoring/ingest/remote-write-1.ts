import { Labels } from "../model/labels.ts";
import { METRIC_TYPES } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { readLabel, WIRE_LABELS } from "./key-form.ts";
import { strictText } from "./pair-bytes.ts";
import { addHistogram } from "./remote-write-histogram.ts";
import { addSample } from "./remote-write-sample.ts";
import { WireReader } from "./wire-reader.ts";

const LABELS = 0x0a;
const SAMPLES = 0x12;
const EXEMPLARS = 0x1a;
const HISTOGRAMS = 0x22;

/**
 * Reads a `prometheus.WriteRequest` (prompb/remote.proto, prompb/types.proto) into a batch. An item is a sample or
 * histogram, counted from 0.
 *
 * @throws MalformedBodyError
 */
export function decodeRemoteWrite1(body: Uint8Array, builder: BatchBuilder): void {
  const reader = new WireReader(body);
  let item = 0;
  while (reader.at < reader.end) {
    const tag = reader.uint32();
    if (tag === 0x0a) item = readSeries(reader, item, builder);
    else if (tag === 0x1a) readMetadata(reader, builder);
    else reader.skip(tag);
  }
}

function readSeries(reader: WireReader, firstItem: number, builder: BatchBuilder): number {
  const end = reader.enter();
  let item = firstItem;
  const series = seriesAt(reader, end, builder);
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === LABELS) reader.at = reader.enter();
    else if (tag === SAMPLES) addSample(reader, reader.enter(), series, item++, builder);
    else if (tag === EXEMPLARS) readExemplar(reader, series, builder);
    else if (tag === HISTOGRAMS) addHistogram(reader, reader.enter(), series, item++, builder);
    else reader.skip(tag);
  }
  reader.leave(end);
  return item;
}

/**
 * The series whose message is read, the labels passed over. Senders write all labels first and in a row, which the
 * format does not demand.
 */
function seriesAt(reader: WireReader, end: number, builder: BatchBuilder): number {
  const { bytes, view, at: start } = reader;
  let labelsEnd = start;
  while (labelsEnd < end && bytes[labelsEnd] === LABELS) {
    reader.at = labelsEnd + 1;
    labelsEnd = reader.enter();
  }
  let isScattered = false;
  for (reader.at = labelsEnd; reader.at < end; ) {
    const tag = reader.uint32();
    isScattered ||= tag === LABELS;
    reader.skip(tag);
  }
  reader.leave(end);
  reader.at = isScattered ? start : labelsEnd;
  return isScattered
    ? seriesOfScattered(reader, start, end, builder)
    : builder.series(WIRE_LABELS, bytes, view, start, labelsEnd);
}

function seriesOfScattered(reader: WireReader, start: number, end: number, builder: BatchBuilder): number {
  const gathered = new Uint8Array(end - start);
  let length = 0;
  while (reader.at < end) {
    const fieldStart = reader.at;
    const tag = reader.uint32();
    reader.skip(tag);
    if (tag !== LABELS) continue;
    gathered.set(reader.bytes.subarray(fieldStart, reader.at), length);
    length += reader.at - fieldStart;
  }
  reader.at = start;
  return builder.series(WIRE_LABELS, gathered, new DataView(gathered.buffer), 0, length);
}

function readExemplar(reader: WireReader, series: number, builder: BatchBuilder): void {
  const end = reader.enter();
  const labels: [string, string][] = [];
  reader.beginParts();
  let value = 0;
  let time = 0;
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) {
      const [name, labelValue] = readLabel(reader);
      if (name !== null && labelValue !== null) reader.add(labels, [name, labelValue]);
    } else if (tag === 0x11) value = reader.double();
    else if (tag === 0x18) time = reader.int64();
    else reader.skip(tag);
  }
  reader.leave(end);
  builder.addExemplar(series, { labels: Labels.from(labels), value, time });
}

function readMetadata(reader: WireReader, builder: BatchBuilder): void {
  const end = reader.enter();
  let type = 0;
  let metric: string | null = "";
  let help: string | null = "";
  let unit: string | null = "";
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x08) type = reader.uint32();
    else if (tag === 0x12) metric = readString(reader);
    else if (tag === 0x22) help = readString(reader);
    else if (tag === 0x2a) unit = readString(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  builder.addMetadata(metric ?? "", metricType(type), help ?? "", unit ?? "");
}

function readString(reader: WireReader): string | null {
  const end = reader.enter();
  const start = reader.at;
  reader.at = end;
  return strictText(reader.bytes, start, end);
}

/** The numbers of both versions: 0 unknown, then {@link METRIC_TYPES} in their order. */
export function metricType(number: number): (typeof METRIC_TYPES)[number] {
  return number === 0 ? "unknown" : (METRIC_TYPES[number - 1] ?? "unknown");
}
