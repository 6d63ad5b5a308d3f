import { MalformedBodyError } from "../malformed-body.ts";
import { strictText } from "../pair-bytes.ts";
import type { WireReader } from "../wire-reader.ts";
import type { Attribute } from "./data.ts";

/** Attributes' values that hold values are read so deep. */
export const MAX_DEPTH = 16;

/** What an AnyValue holds, as JSON would have it; bytes are in base64, integers too large for a number are text. */
type AnyValue = string | number | boolean | null | AnyValue[] | { [key: string]: AnyValue };

/** Reads one opentelemetry.proto.common.v1.KeyValue whose tag was read. */
export function readAttribute(reader: WireReader, into: Attribute[]): void {
  const [key, value] = readKeyValue(reader, 0);
  reader.add(into, [key, attributeText(value)]);
}

/** As OpenTelemetry's collector writes values as text: plain ones plainly, others as JSON. */
export function attributeText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** UTF-8, or U+FFFD in place of what is not. */
export function readString(reader: WireReader): string {
  const end = reader.enter();
  const start = reader.at;
  reader.at = end;
  return strictText(reader.bytes, start, end) ?? "\ufffd";
}

/** Hexadecimal digits. */
export function readId(reader: WireReader): string {
  const end = reader.enter();
  let text = "";
  for (; reader.at < end; reader.at++) text += (reader.bytes[reader.at] ?? 0).toString(16).padStart(2, "0");
  return text;
}

function readKeyValue(reader: WireReader, depth: number): [key: string, value: AnyValue] {
  const end = reader.enter();
  let key = "";
  let value: AnyValue = null;
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) key = readString(reader);
    else if (tag === 0x12) value = readAnyValue(reader, depth);
    else reader.skip(tag);
  }
  reader.leave(end);
  return [key, value];
}

function readAnyValue(reader: WireReader, depth: number): AnyValue {
  if (depth > MAX_DEPTH) throw new MalformedBodyError("An attribute's value is nested too deeply.");
  const end = reader.enter();
  let value: AnyValue = null;
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) value = readString(reader);
    else if (tag === 0x10) value = reader.uint32() !== 0;
    else if (tag === 0x18) value = readInteger(reader);
    else if (tag === 0x21) value = reader.double();
    else if (tag === 0x2a) value = readList(reader, depth);
    else if (tag === 0x32) value = readMap(reader, depth);
    else if (tag === 0x3a) value = readBase64(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  return value;
}

function readList(reader: WireReader, depth: number): AnyValue[] {
  const end = reader.enter();
  const values: AnyValue[] = [];
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) reader.add(values, readAnyValue(reader, depth + 1));
    else reader.skip(tag);
  }
  reader.leave(end);
  return values;
}

function readMap(reader: WireReader, depth: number): { [key: string]: AnyValue } {
  const end = reader.enter();
  const entries: [string, AnyValue][] = [];
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) reader.add(entries, readKeyValue(reader, depth + 1));
    else reader.skip(tag);
  }
  reader.leave(end);
  return Object.fromEntries(entries);
}

function readInteger(reader: WireReader): number | string {
  const { at } = reader;
  const value = reader.int64();
  if (Number.isSafeInteger(value)) return value;
  let exact = 0n;
  for (let byte = at; byte < reader.at; byte++)
    exact |= BigInt((reader.bytes[byte] ?? 0) & 0x7f) << BigInt((byte - at) * 7);
  return String(BigInt.asIntN(64, exact));
}

function readBase64(reader: WireReader): string {
  const end = reader.enter();
  let binary = "";
  for (; reader.at < end; reader.at++) binary += String.fromCharCode(reader.bytes[reader.at] ?? 0);
  return btoa(binary);
}
