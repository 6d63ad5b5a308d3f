/**
 * A number as Prometheus' HTTP API writes it (util/jsonutil/marshal.go): the shortest decimal that reads back equal,
 * with an exponent of two digits or more below 1e-6 and from 1e21 on.
 */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  return text.includes("e") ? text.replace(/e([+-])(\d)$/, "e$10$2") : text;
}

/** The same without an exponent, as scalars are written (promql/value.go). */
export function plainNumberText(value: number): string {
  const text = numberText(value);
  const [mantissa = "", exponent] = text.split("e");
  if (exponent === undefined) return text;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.slice(sign.length).replace(".", "");
  const point = Number(exponent) + 1;
  return point > 0 ? sign + digits.padEnd(point, "0") : `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** Milliseconds as seconds, with three decimals where there are any. */
export function secondsText(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  return rounded % 1000 === 0 ? String(rounded / 1000) : (rounded / 1000).toFixed(3);
}
