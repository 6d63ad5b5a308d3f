import { Buffer } from "node:buffer";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** An ExportMetricsServiceRequest as OTLP's JSON has it; this is what a test says, whichever form it is sent in. */
export interface OtlpRequest {
  resourceMetrics: readonly {
    resource?: { attributes?: readonly KeyValue[] };
    scopeMetrics: readonly {
      scope?: { name?: string; version?: string; attributes?: readonly KeyValue[] };
      schemaUrl?: string;
      metrics: readonly Metric[];
    }[];
  }[];
}

export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values: readonly AnyValue[] };
  kvlistValue?: { values: readonly KeyValue[] };
}

export interface KeyValue {
  key: string;
  value: AnyValue;
}

interface Data {
  aggregationTemporality?: number;
  isMonotonic?: boolean;
  dataPoints: readonly Point[];
}

export interface Metric {
  name: string;
  description?: string;
  unit?: string;
  gauge?: Data;
  sum?: Data;
  histogram?: Data;
  exponentialHistogram?: Data;
  summary?: Data;
}

/** Integers of 64 bits are text, as in JSON. */
export interface Point {
  attributes?: readonly KeyValue[];
  timeUnixNano?: string;
  flags?: number;
  asDouble?: number | string;
  asInt?: string;
  count?: string;
  sum?: number;
  bucketCounts?: readonly string[];
  explicitBounds?: readonly number[];
  scale?: number;
  zeroCount?: string;
  zeroThreshold?: number;
  positive?: { offset?: number; bucketCounts: readonly string[] };
  negative?: { offset?: number; bucketCounts: readonly string[] };
  quantileValues?: readonly { quantile: number; value: number }[];
  exemplars?: readonly {
    timeUnixNano: string;
    asDouble?: number;
    asInt?: string;
    traceId?: string;
    spanId?: string;
    filteredAttributes?: readonly KeyValue[];
  }[];
}

const KINDS = [
  ["gauge", 5],
  ["sum", 7],
  ["histogram", 9],
  ["exponentialHistogram", 10],
  ["summary", 11],
] as const;

const FIELDS = {
  gauge: { attributes: 7, exemplars: 5, flags: 8 },
  sum: { attributes: 7, exemplars: 5, flags: 8 },
  histogram: { attributes: 9, exemplars: 8, flags: 10 },
  exponentialHistogram: { attributes: 1, exemplars: 11, flags: 10 },
  summary: { attributes: 7, exemplars: 5, flags: 8 },
} as const;

type Kind = keyof typeof FIELDS;

/** The same request in protobuf. Names and scopes are written after what they name, which the format allows. */
export function otlpProtobuf({ resourceMetrics }: OtlpRequest): Uint8Array {
  const writer = new BinaryWriter();
  for (const { resource, scopeMetrics } of resourceMetrics)
    message(writer, 1, () => {
      for (const { scope, schemaUrl, metrics } of scopeMetrics)
        message(writer, 2, () => {
          for (const metric of metrics) message(writer, 2, () => writeMetric(writer, metric));
          message(writer, 1, () => {
            string(writer, 1, scope?.name);
            string(writer, 2, scope?.version);
            attributes(writer, 3, scope?.attributes);
          });
          string(writer, 3, schemaUrl);
        });
      message(writer, 1, () => attributes(writer, 1, resource?.attributes));
    });
  return writer.finish();
}

function writeMetric(writer: BinaryWriter, metric: Metric): void {
  for (const [kind, field] of KINDS) {
    const data = metric[kind];
    if (data === undefined) continue;
    message(writer, field, () => {
      for (const point of data.dataPoints) message(writer, 1, () => writePoint(writer, kind, point));
      if (data.aggregationTemporality !== undefined)
        writer.tag(2, WireType.Varint).int32(data.aggregationTemporality);
      if (data.isMonotonic !== undefined) writer.tag(3, WireType.Varint).bool(data.isMonotonic);
    });
  }
  string(writer, 1, metric.name);
  string(writer, 2, metric.description);
  string(writer, 3, metric.unit);
}

function writePoint(writer: BinaryWriter, kind: Kind, point: Point): void {
  const fields = FIELDS[kind];
  attributes(writer, fields.attributes, point.attributes);
  fixed(writer, 3, point.timeUnixNano);
  if (point.flags !== undefined) writer.tag(fields.flags, WireType.Varint).uint32(point.flags);
  if (point.asDouble !== undefined) double(writer, 4, Number(point.asDouble));
  if (point.asInt !== undefined) writer.tag(6, WireType.Bit64).sfixed64(point.asInt);
  fixed(writer, 4, point.count);
  if (point.sum !== undefined) double(writer, 5, point.sum);
  if (point.bucketCounts !== undefined)
    message(writer, 6, () => {
      for (const count of point.bucketCounts ?? []) writer.fixed64(count);
    });
  for (const bound of point.explicitBounds ?? []) double(writer, 7, bound);
  if (point.scale !== undefined) writer.tag(6, WireType.Varint).sint32(point.scale);
  fixed(writer, 7, point.zeroCount);
  for (const [field, buckets] of [
    [8, point.positive],
    [9, point.negative],
  ] as const)
    if (buckets !== undefined)
      message(writer, field, () => {
        writer.tag(1, WireType.Varint).sint32(buckets.offset ?? 0);
        message(writer, 2, () => {
          for (const count of buckets.bucketCounts) writer.uint64(count);
        });
      });
  if (point.zeroThreshold !== undefined) double(writer, 14, point.zeroThreshold);
  for (const { quantile, value } of point.quantileValues ?? [])
    message(writer, 6, () => {
      double(writer, 1, quantile);
      double(writer, 2, value);
    });
  for (const exemplar of point.exemplars ?? [])
    message(writer, fields.exemplars, () => {
      fixed(writer, 2, exemplar.timeUnixNano);
      if (exemplar.asDouble !== undefined) double(writer, 3, exemplar.asDouble);
      if (exemplar.asInt !== undefined) writer.tag(6, WireType.Bit64).sfixed64(exemplar.asInt);
      bytes(writer, 4, exemplar.spanId);
      bytes(writer, 5, exemplar.traceId);
      attributes(writer, 7, exemplar.filteredAttributes);
    });
}

function attributes(writer: BinaryWriter, field: number, pairs: readonly KeyValue[] = []): void {
  for (const { key, value } of pairs)
    message(writer, field, () => {
      string(writer, 1, key);
      message(writer, 2, () => writeAny(writer, value));
    });
}

function writeAny(writer: BinaryWriter, value: AnyValue): void {
  if (value.stringValue !== undefined) string(writer, 1, value.stringValue);
  if (value.boolValue !== undefined) writer.tag(2, WireType.Varint).bool(value.boolValue);
  if (value.intValue !== undefined) writer.tag(3, WireType.Varint).int64(value.intValue);
  if (value.doubleValue !== undefined) double(writer, 4, value.doubleValue);
  const { arrayValue, kvlistValue } = value;
  if (arrayValue !== undefined)
    message(writer, 5, () => {
      for (const item of arrayValue.values) message(writer, 1, () => writeAny(writer, item));
    });
  if (kvlistValue !== undefined) message(writer, 6, () => attributes(writer, 1, kvlistValue.values));
}

function bytes(writer: BinaryWriter, field: number, hex: string | undefined): void {
  if (hex !== undefined) writer.tag(field, WireType.LengthDelimited).bytes(Buffer.from(hex, "hex"));
}

function string(writer: BinaryWriter, field: number, text: string | undefined): void {
  if (text !== undefined) writer.tag(field, WireType.LengthDelimited).string(text);
}

function fixed(writer: BinaryWriter, field: number, value: string | undefined): void {
  if (value !== undefined) writer.tag(field, WireType.Bit64).fixed64(value);
}

function double(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Bit64).double(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}
