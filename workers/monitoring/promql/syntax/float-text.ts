/**
 * A float without an exponent, in as few digits as it takes (Go's strconv.FormatFloat with 'f' and -1).
 *
 * @example formatFloat(1e-7) // "0.0000001"
 */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const match = /^(-?)(\d+)(?:\.(\d+))?e([-+]\d+)$/.exec(String(value));
  if (!match) return String(value);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

/**
 * A float as Go prints it by default: in as few digits as it takes, with an exponent below 1e-4 and from 1e21 on (%v).
 *
 * @example formatShortFloat(0.00001) // "1e-05"
 */
export function formatShortFloat(value: number): string {
  const magnitude = Math.abs(value);
  const isPlain = magnitude === 0 || !Number.isFinite(value) || (magnitude >= 1e-4 && magnitude < 1e21);
  if (isPlain) return formatFloat(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
