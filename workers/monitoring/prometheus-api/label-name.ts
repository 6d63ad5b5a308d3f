import { PrometheusFailure } from "./failure.ts";

const ESCAPED = "U__";

/**
 * The label that a path names. Names that are no plain identifiers may be written as `U__` and `_hex_` for each such
 * character (Prometheus' values escaping), since not all clients can put any character into a path.
 *
 * @example labelNameOf("U__http_2e_status") // "http.status"
 * @throws PrometheusFailure `bad_data`
 */
export function labelNameOf(segment: string): string {
  const name = segment.startsWith(ESCAPED) ? unescaped(segment.slice(ESCAPED.length)) : segment;
  if (name === null || name === "") {
    throw new PrometheusFailure("bad_data", `invalid label name: ${JSON.stringify(segment)}`);
  }
  return name;
}

function unescaped(escaped: string): string | null {
  const plain = escaped.replace(/__|_([0-9a-fA-F]{1,6})_/g, (_, hex: string | undefined) => {
    if (hex === undefined) return "_";
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
  return plain.includes("\ufffd") ? null : plain;
}
