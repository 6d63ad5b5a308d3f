/** Decimal places that are looked for. */
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];
/** Rounding errors of a few hundred additions, relative to the operands. */
const ROUNDING = 2 ** -48;

/**
 * The number with few decimal places that a sum would be on paper, if one lies within its rounding errors, else the
 * sum. So 0.1 + 0.2 is 0.3: sums of decimals stay decimals, which are small to store.
 *
 * @param magnitude of the greatest operand
 */
export function nearbyDecimal(sum: number, magnitude: number): number {
  const tolerance = magnitude * ROUNDING;
  for (const power of POWERS) {
    const decimal = Math.round(sum * power) / power;
    if (Math.abs(decimal - sum) <= tolerance) return decimal + 0;
  }
  return sum;
}
