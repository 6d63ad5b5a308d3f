/**
 * The q-quantile of some values by linear interpolation between the two nearest ones; NaNs count as the least of all
 * (Prometheus: promql/quantile.go). Beyond 0 and 1 it is an infinity; NaN for a NaN q or no values.
 *
 * @param values are sorted in place
 */
export function quantile(q: number, values: Float64Array): number {
  const count = values.length;
  if (count === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  values.sort();
  let numbers = count;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--;
  const nans = count - numbers;
  const rank = q * (count - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - lower;
  return at(values, lower - nans) * (1 - weight) + at(values, upper - nans) * weight;
}

/** The NaNs, which typed arrays sort last, come before the first. */
function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}

let scratch = new Float64Array(256);

/** A copy of some values to be sorted, good until the next one is asked for. */
export function scratchCopy(values: Float64Array, from: number, to: number): Float64Array {
  const length = to - from;
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  const copy = scratch.subarray(0, length);
  for (let index = 0; index < length; index++) copy[index] = values[from + index] ?? 0;
  return copy;
}
