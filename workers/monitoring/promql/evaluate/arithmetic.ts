import type { BinaryOperator } from "../ast.ts";

export type Arithmetic = (left: number, right: number) => number;
export type Comparison = (left: number, right: number) => boolean;

export const ARITHMETIC: ReadonlyMap<BinaryOperator, Arithmetic> = new Map<BinaryOperator, Arithmetic>([
  ["+", (left, right) => left + right],
  ["-", (left, right) => left - right],
  ["*", (left, right) => left * right],
  ["/", (left, right) => left / right],
  ["%", (left, right) => left % right],
  ["^", power],
  ["atan2", Math.atan2],
]);

export const COMPARISONS: ReadonlyMap<BinaryOperator, Comparison> = new Map<BinaryOperator, Comparison>([
  ["==", (left, right) => left === right],
  ["!=", (left, right) => left !== right],
  [">", (left, right) => left > right],
  ["<", (left, right) => left < right],
  [">=", (left, right) => left >= right],
  ["<=", (left, right) => left <= right],
]);

/** As Go's math.Pow and IEEE 754: 1 to any power is 1, and so is -1 to an infinite one. JavaScript has NaN there. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
