/** Counts that differ by less, in relation to their sum, are taken for equal. */
const INSIGNIFICANT = 1e-12;
const SMALLEST_NORMAL = 2 ** -1022;

/** What it took to make the counts of a histogram grow with the bounds. */
export interface Repair {
  lowestBound: number;
  highestBound: number;
  /** The greatest fall of a count. */
  greatestFall: number;
}

/**
 * The buckets of a classic histogram at one step: `counts[i]` observations were not above `bounds[i]`. Used again for
 * the next step (Prometheus: promql/quantile.go).
 */
export class ClassicBuckets {
  readonly #bounds: number[] = [];
  readonly #counts: number[] = [];

  get isEmpty(): boolean {
    return this.#bounds.length === 0;
  }

  clear(): void {
    this.#bounds.length = 0;
    this.#counts.length = 0;
  }

  /** By ascending bounds; counts of one bound are added up. */
  push(bound: number, count: number): void {
    const last = this.#bounds.length - 1;
    if (this.#bounds[last] === bound) this.#counts[last] = (this.#counts[last] ?? 0) + count;
    else {
      this.#bounds.push(bound);
      this.#counts.push(count);
    }
  }

  /**
   * By linear interpolation within a bucket, the lowest one beginning at zero unless it ends below that; the highest
   * finite bound where the quantile is above it. Counts that fall are raised to the one before, which changes the
   * buckets. NaN without an infinite bucket, without a finite one, and without observations.
   */
  quantile(q: number): { value: number; repair: Repair | null } {
    if (Number.isNaN(q)) return { value: Number.NaN, repair: null };
    if (q < 0 || q > 1) return { value: q < 0 ? -Infinity : Infinity, repair: null };
    if (!this.#isComplete) return { value: Number.NaN, repair: null };
    const repair = this.#repair();
    return { value: this.#interpolate(q), repair };
  }

  /** The share of observations between two bounds, interpolated as for {@link quantile}; NaN as there. */
  fraction(lower: number, upper: number): number {
    const total = this.#counts.at(-1) ?? 0;
    if (!this.#isComplete || total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
    if (lower >= upper) return 0;
    return (Math.min(this.#rank(upper), total) - Math.min(this.#rank(lower), total)) / total;
  }

  get #isComplete(): boolean {
    return this.#bounds.at(-1) === Infinity;
  }

  #interpolate(q: number): number {
    const last = this.#bounds.length - 1;
    const total = this.#counts[last] ?? 0;
    if (last < 1 || total === 0) return Number.NaN;
    const rank = q * total;
    let at = this.#counts.findIndex((count) => count >= rank);
    if (at === -1) at = last;
    const end = this.#bounds[at] ?? 0;
    if (at === last) return this.#bounds[last - 1] ?? 0;
    if (at === 0 && end <= 0) return end;
    const start = at === 0 ? 0 : (this.#bounds[at - 1] ?? 0);
    const before = at === 0 ? 0 : (this.#counts[at - 1] ?? 0);
    return start + (end - start) * ((rank - before) / ((this.#counts[at] ?? 0) - before));
  }

  /** How many observations are estimated to be below a value. */
  #rank(value: number): number {
    let before = 0;
    let start = (this.#bounds[0] ?? 0) <= 0 ? -Infinity : 0;
    for (let at = 0; at < this.#bounds.length; at++) {
      const end = this.#bounds[at] ?? 0;
      const count = this.#counts[at] ?? 0;
      if (start >= value) return before;
      if (end > value) {
        return start === -Infinity ? count : before + ((count - before) * (value - start)) / (end - start);
      }
      before = count;
      start = end;
    }
    return Infinity;
  }

  #repair(): Repair | null {
    let repair: Repair | null = null;
    let previous = this.#counts[0] ?? 0;
    for (let at = 1; at < this.#counts.length; at++) {
      const count = this.#counts[at] ?? 0;
      if (isSignificant(previous, count) && !(count < previous)) {
        previous = count;
        continue;
      }
      this.#counts[at] = previous;
      if (!isSignificant(previous, count)) continue;
      const bound = this.#bounds[at] ?? 0;
      repair ??= { lowestBound: bound, highestBound: bound, greatestFall: 0 };
      repair.highestBound = bound;
      repair.greatestFall = Math.max(repair.greatestFall, previous - count);
    }
    return repair;
  }
}

/** Prometheus: util/almost. */
function isSignificant(left: number, right: number): boolean {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return false;
  const sum = Math.abs(left) + Math.abs(right);
  const difference = Math.abs(left - right);
  if (left === 0 || right === 0 || sum < SMALLEST_NORMAL)
    return difference >= INSIGNIFICANT * SMALLEST_NORMAL;
  return !(difference / Math.min(sum, Number.MAX_VALUE) < INSIGNIFICANT);
}
