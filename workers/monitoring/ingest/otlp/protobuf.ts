import { WireReader } from "../wire-reader.ts";
import { readAttribute, readString } from "./attribute-text.ts";
import type { Attribute, OtlpKind, OtlpSink } from "./data.ts";
import { readPoint } from "./protobuf-points.ts";

const KINDS: Readonly<Record<number, OtlpKind>> = {
  5: "gauge",
  7: "sum",
  9: "histogram",
  10: "exponential",
  11: "summary",
};

/**
 * Reads an ExportMetricsServiceRequest (opentelemetry/proto/collector/metrics/v1 and metrics/v1/metrics.proto). What a
 * message says of its parts may stand after them: each message is gone through for that first, and for its parts then.
 *
 * @throws MalformedBodyError
 */
export function readOtlpProtobuf(body: Uint8Array, sink: OtlpSink): void {
  const reader = new WireReader(body);
  eachField(reader, reader.end, (tag) => {
    if (tag === 0x0a) readResource(reader, sink);
    else reader.skip(tag);
  });
}

function readResource(reader: WireReader, sink: OtlpSink): void {
  const end = reader.enter();
  const start = reader.at;
  const attributes: Attribute[] = [];
  reader.beginParts();
  eachField(reader, end, (tag) => {
    if (tag === 0x0a) readAttributes(reader, attributes);
    else reader.skip(tag);
  });
  sink.beginResource(attributes);
  reader.at = start;
  eachField(reader, end, (tag) => {
    if (tag === 0x12) readScope(reader, sink);
    else reader.skip(tag);
  });
  sink.endResource();
}

function readScope(reader: WireReader, sink: OtlpSink): void {
  const end = reader.enter();
  const start = reader.at;
  const attributes: Attribute[] = [];
  reader.beginParts();
  const scope = { name: "", version: "", schemaUrl: "", attributes };
  eachField(reader, end, (tag) => {
    if (tag === 0x1a) scope.schemaUrl = readString(reader);
    else if (tag !== 0x0a) reader.skip(tag);
    else
      eachField(reader, reader.enter(), (inner) => {
        if (inner === 0x0a) scope.name = readString(reader);
        else if (inner === 0x12) scope.version = readString(reader);
        else if (inner === 0x1a) readAttribute(reader, attributes);
        else reader.skip(inner);
      });
  });
  sink.beginScope(scope);
  reader.at = start;
  eachField(reader, end, (tag) => {
    if (tag === 0x12) readMetric(reader, sink);
    else reader.skip(tag);
  });
}

function readMetric(reader: WireReader, sink: OtlpSink): void {
  const end = reader.enter();
  let name = "";
  let description = "";
  let unit = "";
  let kind: OtlpKind | undefined;
  let dataAt = 0;
  let isMonotonic = false;
  let temporality = 0;
  eachField(reader, end, (tag) => {
    if (tag === 0x0a) name = readString(reader);
    else if (tag === 0x12) description = readString(reader);
    else if (tag === 0x1a) unit = readString(reader);
    else if ((tag & 7) === 2 && KINDS[tag >>> 3] !== undefined) {
      kind = KINDS[tag >>> 3];
      dataAt = reader.at;
      eachField(reader, reader.enter(), (inner) => {
        if (inner === 0x10) temporality = reader.uint32();
        else if (inner === 0x18) isMonotonic = reader.uint32() !== 0;
        else reader.skip(inner);
      });
    } else reader.skip(tag);
  });
  if (kind === undefined) return;
  const known = kind;
  sink.beginMetric({ name, description, unit, kind, isMonotonic, temporality });
  reader.at = dataAt;
  eachField(reader, reader.enter(), (tag) => {
    if (tag === 0x0a) sink.addPoint(readPoint(reader, known));
    else reader.skip(tag);
  });
  reader.at = end;
}

function readAttributes(reader: WireReader, into: Attribute[]): void {
  eachField(reader, reader.enter(), (tag) => {
    if (tag === 0x0a) readAttribute(reader, into);
    else reader.skip(tag);
  });
}

/** @param read what stands behind a tag, the whole of it */
function eachField(reader: WireReader, end: number, read: (tag: number) => void): void {
  while (reader.at < end) read(reader.uint32());
  reader.leave(end);
}
