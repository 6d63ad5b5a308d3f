/** How far off a quantile may be, relative to its value. */
export const SKETCH_ERROR = 0.01;

const GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/**
 * Quantiles of any number of values in little memory: values are counted in buckets that grow by a factor, so that
 * each is known to a relative error (Masson, Rim, Lee, "DDSketch", VLDB 2019). Doubles reach so far that buckets need
 * not be joined: there are 71,000 of each sign at most.
 */
export class QuantileSketch {
  readonly #positive = new Map<number, number>();
  readonly #negative = new Map<number, number>();
  #zeros = 0;
  #infinite = { above: 0, below: 0 };
  #count = 0;

  /** @param value is not NaN */
  add(value: number): void {
    this.#count += 1;
    if (value === 0) this.#zeros += 1;
    else if (value === Number.POSITIVE_INFINITY) this.#infinite.above += 1;
    else if (value === Number.NEGATIVE_INFINITY) this.#infinite.below += 1;
    else {
      const buckets = value > 0 ? this.#positive : this.#negative;
      const bucket = Math.ceil(Math.log(Math.abs(value)) / LOG_GAMMA);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
  }

  /**
   * The value below which a share of the values lies; NaN where there is none.
   *
   * @param rank from 0 to 1
   */
  quantile(rank: number): number {
    let left = Math.floor(rank * (this.#count - 1));
    for (const [value, count] of this.#ascending()) {
      if (left < count) return value;
      left -= count;
    }
    return Number.NaN;
  }

  *#ascending(): Generator<readonly [value: number, count: number]> {
    yield [Number.NEGATIVE_INFINITY, this.#infinite.below];
    for (const [bucket, count] of [...this.#negative].sort(([a], [b]) => b - a))
      yield [-middle(bucket), count];
    yield [0, this.#zeros];
    for (const [bucket, count] of [...this.#positive].sort(([a], [b]) => a - b))
      yield [middle(bucket), count];
    yield [Number.POSITIVE_INFINITY, this.#infinite.above];
  }
}

/** The value that is no further than the error from all of its bucket. */
const middle = (bucket: number): number => Math.min((GAMMA ** bucket / (GAMMA + 1)) * 2, Number.MAX_VALUE);
