import type { BatchBuilder } from "../batch-builder.ts";
import { MalformedBodyError } from "../malformed-body.ts";
import type { OtlpEncoding } from "./answer.ts";
import { OtlpConverter } from "./convert.ts";
import { readOtlpJson } from "./json.ts";
import { readOtlpProtobuf } from "./protobuf.ts";

/**
 * Reads an OTLP metrics request into a batch; see {@link OtlpConverter} for what becomes of it. An item is a data point,
 * counted from 0. Start times are passed over: nothing here asks when a counter began.
 *
 * @throws MalformedBodyError
 */
export function decodeOtlp(body: Uint8Array, encoding: OtlpEncoding, builder: BatchBuilder): void {
  const converter = new OtlpConverter(builder);
  if (encoding === "protobuf") readOtlpProtobuf(body, converter);
  else readOtlpJson(parseJson(body), converter);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    throw new MalformedBodyError("The body is not JSON in UTF-8.");
  }
}
