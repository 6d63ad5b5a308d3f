import { readDouble, readUint64, type WireReader } from "../wire-reader.ts";
import { readAttribute, readId } from "./attribute-text.ts";
import type { Attribute, ExponentialBuckets, OtlpExemplar, OtlpKind, OtlpPoint } from "./data.ts";

/** Where each kind of point has the fields that all kinds have. */
const FIELDS = {
  number: { attributes: 7, exemplars: 5, flags: 8 },
  histogram: { attributes: 9, exemplars: 8, flags: 10 },
  exponential: { attributes: 1, exemplars: 11, flags: 10 },
  summary: { attributes: 7, exemplars: 0, flags: 8 },
} as const;

const TIME = 3;
const NO_RECORDED_VALUE = 1;

/** What all kinds of points have, as it is read. */
interface Draft {
  attributes: Attribute[];
  time: number;
  hasNoValue: boolean;
  exemplars: OtlpExemplar[];
}

/** Reads a data point (metrics/v1/metrics.proto) whose tag was read. */
export function readPoint(reader: WireReader, metric: OtlpKind): OtlpPoint {
  if (metric === "histogram") return readHistogram(reader);
  if (metric === "exponential") return readExponential(reader);
  return metric === "summary" ? readSummary(reader) : readNumber(reader);
}

function readNumber(reader: WireReader): OtlpPoint {
  let value: number | null = null;
  const draft = readDraft(reader, "number", (tag) => {
    if (tag === 0x21) value = reader.double();
    else if (tag === 0x31) value = readSigned(reader);
    else reader.skip(tag);
  });
  return { kind: "number", ...draft, value };
}

function readHistogram(reader: WireReader): OtlpPoint {
  let count = 0;
  let sum: number | null = null;
  const bounds: number[] = [];
  const counts: number[] = [];
  const draft = readDraft(reader, "histogram", (tag) => {
    if (tag === 0x21) count = readUnsigned(reader);
    else if (tag === 0x29) sum = reader.double();
    else if (tag >>> 3 === 6) reader.numbers(tag, counts, readUnsigned);
    else if (tag >>> 3 === 7) reader.numbers(tag, bounds, readDouble);
    else reader.skip(tag);
  });
  return { kind: "histogram", ...draft, count, sum, bounds, counts };
}

function readExponential(reader: WireReader): OtlpPoint {
  let count = 0;
  let sum: number | null = null;
  let scale = 0;
  let zeroCount = 0;
  let zeroThreshold = 0;
  let positive: ExponentialBuckets = { offset: 0, counts: [] };
  let negative = positive;
  const draft = readDraft(reader, "exponential", (tag) => {
    if (tag === 0x21) count = readUnsigned(reader);
    else if (tag === 0x29) sum = reader.double();
    else if (tag === 0x30) scale = reader.sint32();
    else if (tag === 0x39) zeroCount = readUnsigned(reader);
    else if (tag === 0x42) positive = readBuckets(reader);
    else if (tag === 0x4a) negative = readBuckets(reader);
    else if (tag === 0x71) zeroThreshold = reader.double();
    else reader.skip(tag);
  });
  return { kind: "exponential", ...draft, count, sum, scale, zeroCount, zeroThreshold, positive, negative };
}

function readSummary(reader: WireReader): OtlpPoint {
  let count = 0;
  let sum = 0;
  const quantiles: { quantile: number; value: number }[] = [];
  const draft = readDraft(reader, "summary", (tag) => {
    if (tag === 0x21) count = readUnsigned(reader);
    else if (tag === 0x29) sum = reader.double();
    else if (tag === 0x32) reader.add(quantiles, readQuantile(reader));
    else reader.skip(tag);
  });
  return { kind: "summary", ...draft, count, sum, quantiles };
}

/** @param readOther what stands behind a tag that not all kinds have */
function readDraft(reader: WireReader, kind: OtlpPoint["kind"], readOther: (tag: number) => void): Draft {
  const fields = FIELDS[kind];
  reader.beginParts();
  const end = reader.enter();
  const draft: Draft = { attributes: [], time: 0, hasNoValue: false, exemplars: [] };
  while (reader.at < end) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    const wireType = tag & 7;
    if (field === fields.attributes && wireType === 2) readAttribute(reader, draft.attributes);
    else if (field === fields.exemplars && wireType === 2) reader.add(draft.exemplars, readExemplar(reader));
    else if (field === TIME && wireType === 1) draft.time = readMilliseconds(reader);
    else if (field === fields.flags && wireType === 0)
      draft.hasNoValue = (reader.uint32() & NO_RECORDED_VALUE) !== 0;
    else readOther(tag);
  }
  reader.leave(end);
  return draft;
}

function readExemplar(reader: WireReader): OtlpExemplar {
  const end = reader.enter();
  let time = 0;
  let value = 0;
  let traceId = "";
  let spanId = "";
  const attributes: Attribute[] = [];
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x11) time = readMilliseconds(reader);
    else if (tag === 0x19) value = reader.double();
    else if (tag === 0x22) spanId = readId(reader);
    else if (tag === 0x2a) traceId = readId(reader);
    else if (tag === 0x31) value = readSigned(reader);
    else if (tag === 0x3a) readAttribute(reader, attributes);
    else reader.skip(tag);
  }
  reader.leave(end);
  return { time, value, traceId, spanId, attributes };
}

function readBuckets(reader: WireReader): ExponentialBuckets {
  const end = reader.enter();
  let offset = 0;
  const counts: number[] = [];
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x08) offset = reader.sint32();
    else if (tag >>> 3 === 2) reader.numbers(tag, counts, readUint64);
    else reader.skip(tag);
  }
  reader.leave(end);
  return { offset, counts };
}

function readQuantile(reader: WireReader): { quantile: number; value: number } {
  const end = reader.enter();
  const found = { quantile: 0, value: 0 };
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x09) found.quantile = reader.double();
    else if (tag === 0x11) found.value = reader.double();
    else reader.skip(tag);
  }
  reader.leave(end);
  return found;
}

const TWO_32 = 2 ** 32;

/** Exact where it is a safe integer, rounded otherwise. */
function readUnsigned(reader: WireReader): number {
  const at = reader.fixed(8);
  return reader.view.getUint32(at + 4, true) * TWO_32 + reader.view.getUint32(at, true);
}

function readSigned(reader: WireReader): number {
  const at = reader.fixed(8);
  return reader.view.getInt32(at + 4, true) * TWO_32 + reader.view.getUint32(at, true);
}

/** Of nanoseconds, which a number cannot hold: 2^32 of them are 4294 ms and 967296 ns. */
function readMilliseconds(reader: WireReader): number {
  const at = reader.fixed(8);
  const high = reader.view.getUint32(at + 4, true);
  return high * 4294 + Math.floor((high * 967_296 + reader.view.getUint32(at, true)) / 1_000_000);
}
