/**
 * What is lost to rounding in all when `after` is `before + added`, in Neumaier's variant of Kahan's summation
 * (Prometheus: util/kahansum). An overflow has nothing left to carry.
 */
export function carriedError(before: number, added: number, after: number, error: number): number {
  if (after === Number.POSITIVE_INFINITY || after === Number.NEGATIVE_INFINITY) return 0;
  return Math.abs(before) >= Math.abs(added)
    ? error + (before - after + added)
    : error + (added - after + before);
}
