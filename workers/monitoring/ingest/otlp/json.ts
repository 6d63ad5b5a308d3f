import { MalformedBodyError } from "../malformed-body.ts";
import { attributeText, MAX_DEPTH } from "./attribute-text.ts";
import type { Attribute, ExponentialBuckets, OtlpExemplar, OtlpKind, OtlpPoint, OtlpSink } from "./data.ts";

type Json = Readonly<Record<string, unknown>>;

const KINDS: readonly [member: string, kind: OtlpKind][] = [
  ["gauge", "gauge"],
  ["sum", "sum"],
  ["histogram", "histogram"],
  ["exponentialHistogram", "exponential"],
  ["summary", "summary"],
];

const NO_RECORDED_VALUE = 1;

/**
 * Reads an ExportMetricsServiceRequest that JSON.parse has made (opentelemetry.io/docs/specs/otlp, JSON Protobuf
 * Encoding): names in lowerCamelCase, 64-bit integers as text or numbers, ids in hexadecimal, enums as numbers. Members
 * that it does not know are passed over.
 *
 * @throws MalformedBodyError
 */
export function readOtlpJson(body: unknown, sink: OtlpSink): void {
  for (const resource of objects(object(body, "the body"), "resourceMetrics")) {
    sink.beginResource(attributesOf(optional(resource, "resource"), "attributes"));
    for (const scopeMetrics of objects(resource, "scopeMetrics")) {
      const scope = optional(scopeMetrics, "scope");
      sink.beginScope({
        name: text(scope, "name"),
        version: text(scope, "version"),
        schemaUrl: text(scopeMetrics, "schemaUrl"),
        attributes: attributesOf(scope, "attributes"),
      });
      for (const metric of objects(scopeMetrics, "metrics")) readMetric(metric, sink);
    }
    sink.endResource();
  }
}

function readMetric(metric: Json, sink: OtlpSink): void {
  for (const [member, kind] of KINDS) {
    if (metric[member] === undefined || metric[member] === null) continue;
    const data = object(metric[member], member);
    sink.beginMetric({
      name: text(metric, "name"),
      description: text(metric, "description"),
      unit: text(metric, "unit"),
      kind,
      isMonotonic: data.isMonotonic === true,
      temporality: number(data.aggregationTemporality ?? 0),
    });
    for (const point of objects(data, "dataPoints")) sink.addPoint(pointOf(point, kind));
    return;
  }
}

function pointOf(point: Json, metric: OtlpKind): OtlpPoint {
  const head = {
    attributes: attributesOf(point, "attributes"),
    time: milliseconds(point.timeUnixNano ?? 0),
    hasNoValue: (number(point.flags ?? 0) & NO_RECORDED_VALUE) !== 0,
    exemplars: objects(point, "exemplars").map(exemplarOf),
  };
  const count = number(point.count ?? 0);
  const sum = numberOrNull(point.sum);
  if (metric === "histogram") {
    const bounds = list(point, "explicitBounds").map(number);
    return {
      kind: "histogram",
      ...head,
      count,
      sum,
      bounds,
      counts: list(point, "bucketCounts").map(number),
    };
  }
  if (metric === "summary") {
    const quantiles = objects(point, "quantileValues").map((one) => ({
      quantile: number(one.quantile ?? 0),
      value: number(one.value ?? 0),
    }));
    return { kind: "summary", ...head, count, sum: sum ?? 0, quantiles };
  }
  if (metric !== "exponential")
    return { kind: "number", ...head, value: numberOrNull(point.asDouble ?? point.asInt) };
  return {
    kind: "exponential",
    ...head,
    count,
    sum,
    scale: number(point.scale ?? 0),
    zeroCount: number(point.zeroCount ?? 0),
    zeroThreshold: number(point.zeroThreshold ?? 0),
    positive: bucketsOf(optional(point, "positive")),
    negative: bucketsOf(optional(point, "negative")),
  };
}

function bucketsOf(buckets: Json): ExponentialBuckets {
  return { offset: number(buckets.offset ?? 0), counts: list(buckets, "bucketCounts").map(number) };
}

function exemplarOf(exemplar: Json): OtlpExemplar {
  return {
    time: milliseconds(exemplar.timeUnixNano ?? 0),
    value: numberOrNull(exemplar.asDouble ?? exemplar.asInt) ?? 0,
    traceId: text(exemplar, "traceId").toLowerCase(),
    spanId: text(exemplar, "spanId").toLowerCase(),
    attributes: attributesOf(exemplar, "filteredAttributes"),
  };
}

function attributesOf(holder: Json, member: string): Attribute[] {
  return objects(holder, member).map((attribute) => [
    text(attribute, "key"),
    attributeText(anyValue(optional(attribute, "value"))),
  ]);
}

function anyValue(value: Json, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new MalformedBodyError("An attribute's value is nested too deeply.");
  if (value.arrayValue !== undefined)
    return objects(object(value.arrayValue, "arrayValue"), "values").map((item) => anyValue(item, depth + 1));
  if (value.kvlistValue !== undefined) {
    const pairs = objects(object(value.kvlistValue, "kvlistValue"), "values");
    return Object.fromEntries(
      pairs.map((pair) => [text(pair, "key"), anyValue(optional(pair, "value"), depth + 1)]),
    );
  }
  if (value.intValue !== undefined) {
    const integer = number(value.intValue);
    return Number.isSafeInteger(integer) ? integer : String(value.intValue);
  }
  const plain = value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
  if (typeof plain === "object" && plain !== null) throw wrong("An attribute's value");
  return plain;
}

function milliseconds(nanoseconds: unknown): number {
  if (typeof nanoseconds === "number") return Math.floor(nanoseconds / 1_000_000);
  if (typeof nanoseconds !== "string" || !/^\d{1,20}$/.test(nanoseconds)) throw wrong("timeUnixNano");
  return Number(nanoseconds.slice(0, -6));
}

function numberOrNull(value: unknown): number | null {
  return value === undefined || value === null ? null : number(value);
}

/** By proto3's JSON, numbers may be text, and those that JSON lacks must be. */
function number(value: unknown): number {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  if (typeof value === "string" && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw new MalformedBodyError(`A number is expected, not ${JSON.stringify(value)?.slice(0, 60)}.`);
}

function text(holder: Json, member: string): string {
  const value = holder[member] ?? "";
  if (typeof value !== "string") throw wrong(member);
  return value;
}

function list(holder: Json, member: string): readonly unknown[] {
  const value = holder[member] ?? [];
  if (!Array.isArray(value)) throw wrong(member);
  return value;
}

function objects(holder: Json, member: string): Json[] {
  return list(holder, member).map((item) => object(item, member));
}

function optional(holder: Json, member: string): Json {
  return object(holder[member] ?? {}, member);
}

function object(value: unknown, what: string): Json {
  if (!isObject(value)) throw wrong(what);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const wrong = (what: string) => new MalformedBodyError(`${what} is not what OTLP has in this place.`);
