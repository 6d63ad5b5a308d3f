/** Below and from these powers of ten on, an exponent is written; in between String() writes none. */
const MIN_PLAIN_EXPONENT = -4;
const MAX_PLAIN_EXPONENT = 21;

/**
 * A number as Prometheus' clients write it: Go's strconv.FormatFloat(value, 'g', -1, 64), but plain up to 1e21, which
 * any reader takes and people read more easily.
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
