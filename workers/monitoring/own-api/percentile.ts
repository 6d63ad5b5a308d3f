/**
 * A percentile by linear interpolation between the two nearest values, as PromQL's quantile() and SQL's
 * percentile_cont; infinities are values like others.
 *
 * @param values are sorted in place; not empty, no NaN among them
 * @param rank from 0 to 1
 */
export function percentileOf(values: Float64Array, rank: number): number {
  values.sort();
  const place = rank * (values.length - 1);
  const lower = values[Math.floor(place)] ?? Number.NaN;
  const upper = values[Math.ceil(place)] ?? Number.NaN;
  if (lower === upper) return lower;
  const weight = place - Math.floor(place);
  return lower * (1 - weight) + upper * weight;
}
