import type { Refusal } from "../refusal.ts";

export type OtlpEncoding = "protobuf" | "json";

/** The form of a request by its Content-Type, in which it is answered as well; null if it is neither. */
export function otlpEncoding(contentType: string | null): OtlpEncoding | null {
  const mediaType = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType === "application/x-protobuf") return "protobuf";
  return mediaType === "application/json" ? "json" : null;
}

/** google.rpc.Code */
const INVALID_ARGUMENT = 3;

/**
 * The body of a 200: an ExportMetricsServiceResponse, which is empty if every point is taken and otherwise says how many
 * are not and why.
 *
 * @param refused each data point once
 */
export function otlpAnswer(encoding: OtlpEncoding, refused: readonly Refusal[]): Uint8Array | string {
  if (refused.length === 0) return encoding === "json" ? "{}" : new Uint8Array(0);
  const message = messageOf(refused);
  return encoding === "json"
    ? JSON.stringify({
        partialSuccess: { rejectedDataPoints: String(refused.length), errorMessage: message },
      })
    : lengthDelimited(1, [0x08, ...varint(refused.length), ...lengthDelimited(2, utf8(message))]);
}

/** The body of a 400: a google.rpc.Status. A sender does not try again. */
export function otlpFault(encoding: OtlpEncoding, message: string): Uint8Array | string {
  return encoding === "json"
    ? JSON.stringify({ code: INVALID_ARGUMENT, message })
    : Uint8Array.from([0x08, INVALID_ARGUMENT, ...lengthDelimited(2, utf8(message))]);
}

/** Every reason with how often it was met, and the first refusal in full. */
function messageOf(refused: readonly Refusal[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of refused) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = Array.from(counts, ([reason, count]) => `${reason} (${count})`).join(", ");
  return `${reasons}; data point ${refused[0]?.item}: ${refused[0]?.detail}`;
}

function lengthDelimited(field: number, bytes: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([(field << 3) | 2, ...varint(bytes.length), ...Array.from(bytes)]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
