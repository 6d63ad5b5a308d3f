/** Below and from these powers of ten on, an exponent is written; in between String() writes none. */
const MIN_PLAIN_EXPONENT = -4;
const MAX_PLAIN_EXPONENT = 21;

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

/** The same without an exponent, as scalars and queries are written (Go's strconv.FormatFloat with 'f' and -1). */
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

/**
 * A number as Go prints it by default (%v), and as Prometheus' clients write it: with an exponent below 1e-4 and from
 * 1e21 on.
 *
 * @example floatText(0.00001) // "1e-05"
 */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  return exponentText(value, MAX_PLAIN_EXPONENT);
}

/**
 * A number as OpenMetrics wants the labels le and quantile, and as Prometheus 3 rewrites them when they come in: never
 * without a point or an exponent, so that a bound has one spelling.
 *
 * @example boundText(1) // "1.0"
 */
export function boundText(value: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const text = exponentText(value, 6);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function exponentText(value: number, maxPlain: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= MIN_PLAIN_EXPONENT && power < maxPlain) return String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
