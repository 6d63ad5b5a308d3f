import type { ElementFunction } from "./function.ts";

function ofFloat(compute: (value: number) => number): ElementFunction {
  return (value, histogram) => (histogram ? null : compute(value));
}

const HALF_TURN = 180;

export const MATH: Readonly<Record<string, ElementFunction>> = {
  abs: ofFloat(Math.abs),
  ceil: ofFloat(Math.ceil),
  floor: ofFloat(Math.floor),
  exp: ofFloat(Math.exp),
  sqrt: ofFloat(Math.sqrt),
  ln: ofFloat(Math.log),
  log2: ofFloat(Math.log2),
  log10: ofFloat(Math.log10),
  sin: ofFloat(Math.sin),
  cos: ofFloat(Math.cos),
  tan: ofFloat(Math.tan),
  asin: ofFloat(Math.asin),
  acos: ofFloat(Math.acos),
  atan: ofFloat(Math.atan),
  sinh: ofFloat(Math.sinh),
  cosh: ofFloat(Math.cosh),
  tanh: ofFloat(Math.tanh),
  asinh: ofFloat(Math.asinh),
  acosh: ofFloat(Math.acosh),
  atanh: ofFloat(Math.atanh),
  deg: ofFloat((value) => (value * HALF_TURN) / Math.PI),
  rad: ofFloat((value) => (value * Math.PI) / HALF_TURN),
  sgn: ofFloat((value) => (value < 0 ? -1 : value > 0 ? 1 : value)),
  round,
  clamp: (value, histogram, { scalars: [, least = Number.NaN, most = Number.NaN] }) =>
    clamp(value, histogram, least, most),
  clamp_min: (value, histogram, { scalars: [, least = Number.NaN] }) =>
    clamp(value, histogram, least, Number.POSITIVE_INFINITY),
  clamp_max: (value, histogram, { scalars: [, most = Number.NaN] }) =>
    clamp(value, histogram, Number.NEGATIVE_INFINITY, most),
};

/** To a multiple of the second argument, a half up. The inverse loses fewer digits than dividing does. */
function round(...[value, histogram, { scalars }]: Parameters<ElementFunction>): number | null {
  const inverse = 1 / (scalars[1] ?? 1);
  return histogram ? null : Math.floor(value * inverse + 0.5) / inverse;
}

function clamp(value: number, histogram: unknown, least: number, most: number): number | null {
  return histogram || most < least ? null : greater(least, lesser(most, value));
}

/** As Go's math.Max: an infinity beats a NaN. */
function greater(left: number, right: number): number {
  const most = Number.POSITIVE_INFINITY;
  return left === most || right === most ? most : Math.max(left, right);
}

/** As Go's math.Min: an infinity beats a NaN. */
function lesser(left: number, right: number): number {
  const least = Number.NEGATIVE_INFINITY;
  return left === least || right === least ? least : Math.min(left, right);
}
