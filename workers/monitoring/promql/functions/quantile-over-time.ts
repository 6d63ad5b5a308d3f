import type { RangeFunction } from "./function.ts";
import { quantile, scratchCopy } from "./quantile.ts";
import { invalidQuantile } from "./remarks.ts";
import { ofFloats } from "./window.ts";

export const quantileOverTime: RangeFunction = ofFloats(({ samples: { values }, from, to }, context) => {
  const q = context.scalars[0] ?? Number.NaN;
  if (!(q >= 0 && q <= 1)) context.note("warning", invalidQuantile(q), 0);
  return quantile(q, scratchCopy(values, from, to));
});

/** The median of the distances from the median; a NaN makes it NaN. */
export const madOverTime: RangeFunction = ofFloats(({ samples: { values }, from, to }) => {
  const copy = scratchCopy(values, from, to);
  const median = quantile(0.5, copy);
  if (Number.isNaN(copy.at(-1))) return Number.NaN;
  for (let at = 0; at < copy.length; at++) copy[at] = Math.abs((copy[at] ?? 0) - median);
  return quantile(0.5, copy);
});
