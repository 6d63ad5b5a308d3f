import { percentileOf } from "./percentile.ts";
import { QuantileSketch, SKETCH_ERROR } from "./quantile-sketch.ts";

/** 8 MB. */
const MAX_EXACT = 1_000_000;

/** The percentiles of values that come one by one: exact while they are few, from a sketch beyond. */
export class Distribution {
  readonly #maxExact: number;
  #values = new Float64Array(1024);
  #count = 0;
  #sketch: QuantileSketch | null = null;

  constructor(maxExact = MAX_EXACT) {
    this.#maxExact = maxExact;
  }

  /** How far off percentiles may be, relative to their value. */
  get error(): number {
    return this.#sketch === null ? 0 : SKETCH_ERROR;
  }

  /** @param value is not NaN */
  add(value: number): void {
    if (this.#sketch === null && this.#count === this.#maxExact) this.#beginSketch();
    this.#count += 1;
    if (this.#sketch !== null) {
      this.#sketch.add(value);
      return;
    }
    if (this.#count > this.#values.length) {
      const larger = new Float64Array(Math.min(this.#values.length * 4, this.#maxExact));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count - 1] = value;
  }

  /**
   * NaN where there is no value.
   *
   * @param rank from 0 to 1
   */
  percentile(rank: number): number {
    return this.#sketch?.quantile(rank) ?? percentileOf(this.#values.subarray(0, this.#count), rank);
  }

  #beginSketch(): void {
    const sketch = new QuantileSketch();
    for (const value of this.#values.subarray(0, this.#count)) sketch.add(value);
    this.#sketch = sketch;
    this.#values = new Float64Array(0);
  }
}
