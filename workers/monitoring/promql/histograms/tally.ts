import type { Histogram, ResetHint } from "../../model/histogram.ts";
import { commonBounds, exponentialBound, hasCustomBuckets, sameBounds } from "./bounds.ts";
import {
  addColumn,
  addCounts,
  type Column,
  coarserIndex,
  expand,
  filterColumn,
  remapColumn,
  scaleColumn,
  spansOf,
} from "./columns.ts";

/** Where the totals stand in their column. */
const ZERO = 0;
const COUNT = 1;
const SUM = 2;

/**
 * A histogram that is being changed: others are added to it, in the resolution and with the zero bucket or the custom
 * bounds that all of them have in common. It knows what rounding has lost of every number (Prometheus: FloatHistogram
 * and its KahanAdd, model/histogram/float_histogram.go).
 */
export class Tally {
  schema: number;
  zeroThreshold: number;
  customValues: readonly number[];
  resetHint: ResetHint;
  positive: Column;
  negative: Column;
  /** Zero count, count and sum, in a column so that they are added as the buckets are. */
  #totals: Column;

  constructor(histogram: Histogram) {
    this.schema = histogram.schema;
    this.zeroThreshold = histogram.zeroThreshold;
    this.customValues = histogram.customValues;
    this.resetHint = histogram.resetHint;
    this.positive = expand(histogram.positiveSpans, histogram.positiveBuckets);
    this.negative = expand(histogram.negativeSpans, histogram.negativeBuckets);
    this.#totals = {
      indexes: [ZERO, COUNT, SUM],
      counts: [histogram.zeroCount, histogram.count, histogram.sum],
      errors: [0, 0, 0],
    };
  }

  get zeroCount(): number {
    return this.#totals.counts[ZERO] ?? 0;
  }

  get #columns(): readonly Column[] {
    return [this.#totals, this.positive, this.negative];
  }

  /**
   * Adds another one, or takes it off. Both are brought to what they have in common first, the other one too. Custom
   * buckets and exponential ones have nothing in common: the caller makes sure that both are of one kind.
   *
   * @returns whether custom bounds had to be dropped because only one of them has them
   */
  add(other: Tally, sign: 1 | -1): boolean {
    const isCustom = hasCustomBuckets(this);
    const reconciles = isCustom && !sameBounds(this.customValues, other.customValues);
    if (reconciles) this.#shareBounds(other);
    if (!isCustom) this.#shareLayout(other);
    this.#totals = addColumn(this.#totals, other.#totals, sign);
    this.positive = addColumn(this.positive, other.positive, sign);
    this.negative = addColumn(this.negative, other.negative, sign);
    return reconciles;
  }

  /** Adds one with the layout that this one has. */
  addAlike(histogram: Histogram): void {
    addCounts(this.#totals, [histogram.zeroCount, histogram.count, histogram.sum]);
    addCounts(this.positive, histogram.positiveBuckets);
    addCounts(this.negative, histogram.negativeBuckets);
  }

  /** Multiplies all counts and the sum, then divides them. */
  scale(factor: number, divisor: number): void {
    for (const column of this.#columns) scaleColumn(column, factor, divisor);
  }

  /** Merges buckets to those of a schema that is not finer. */
  coarsen(schema: number): void {
    if (schema === this.schema) return;
    const coarser = (index: number) => coarserIndex(index, this.schema, schema);
    this.positive = remapColumn(this.positive, coarser);
    this.negative = remapColumn(this.negative, coarser);
    this.schema = schema;
  }

  /**
   * Widens the zero bucket to a threshold that is not smaller, or as far beyond as the populated bucket goes that the
   * threshold would cut.
   */
  widenZeroBucket(threshold: number): void {
    if (threshold === this.zeroThreshold) return;
    const { schema } = this;
    const settled = Math.max(
      this.#endOfCutBucket(this.positive, threshold),
      this.#endOfCutBucket(this.negative, threshold),
    );
    const isWithin = (index: number) => exponentialBound(index - 1, schema) < settled;
    for (const column of [this.positive, this.negative]) {
      const swallowed = remapColumn(filterColumn(column, isWithin), () => ZERO);
      this.#totals = addColumn(this.#totals, swallowed, 1);
    }
    this.positive = filterColumn(this.positive, (index) => !isWithin(index));
    this.negative = filterColumn(this.negative, (index) => !isWithin(index));
    this.zeroThreshold = settled;
  }

  /** Merges custom buckets to those that end at some of their bounds. */
  keepBounds(bounds: readonly number[]): void {
    const targets = this.customValues.map((bound) => {
      const target = bounds.findIndex((kept) => kept >= bound);
      return target === -1 ? bounds.length : target;
    });
    this.positive = remapColumn(this.positive, (index) => targets[index] ?? bounds.length);
    this.customValues = bounds;
  }

  /** As adding one after another with rounding makes it; `compensated` gives back what rounding has lost. */
  histogram(compensated: boolean): Histogram {
    const counts = (column: Column) =>
      compensated ? column.counts.map((count, at) => count + (column.errors[at] ?? 0)) : [...column.counts];
    const [zeroCount = 0, count = 0, sum = 0] = counts(this.#totals);
    return {
      schema: this.schema,
      zeroThreshold: this.zeroThreshold,
      zeroCount,
      count,
      sum,
      positiveSpans: spansOf(this.positive.indexes),
      positiveBuckets: counts(this.positive),
      negativeSpans: spansOf(this.negative.indexes),
      negativeBuckets: counts(this.negative),
      customValues: this.customValues,
      resetHint: this.resetHint,
    };
  }

  #endOfCutBucket({ indexes, counts }: Column, threshold: number): number {
    for (const [at, index] of indexes.entries()) {
      if (exponentialBound(index - 1, this.schema) >= threshold) break;
      const end = exponentialBound(index, this.schema);
      if (end > threshold && counts[at] !== 0) return end;
    }
    return threshold;
  }

  #shareBounds(other: Tally): void {
    const bounds = commonBounds(this.customValues, other.customValues);
    this.keepBounds(bounds);
    other.keepBounds(bounds);
  }

  #shareLayout(other: Tally): void {
    while (this.zeroThreshold < other.zeroThreshold || this.zeroThreshold > other.zeroThreshold) {
      const threshold = Math.max(this.zeroThreshold, other.zeroThreshold);
      this.widenZeroBucket(threshold);
      other.widenZeroBucket(threshold);
    }
    const schema = Math.min(this.schema, other.schema);
    this.coarsen(schema);
    other.coarsen(schema);
  }
}
