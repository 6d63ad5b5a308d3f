import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { compact, hasSameLayout } from "./layout.ts";
import { combinedHint } from "./reset-hint.ts";
import { Tally } from "./tally.ts";

/**
 * The sum or the average of many histograms, with what rounding loses on the way added at the end. An average does not
 * overflow where the sum would (Prometheus: aggregation, promql/engine.go).
 *
 * @example
 * const aggregate = new HistogramAggregate("avg", first);
 * if (!aggregate.add(second)) return null;
 * return aggregate.result();
 */
export class HistogramAggregate {
  readonly #kind: "sum" | "avg";
  readonly #tally: Tally;
  #added = 1;
  /** Nothing in the tally is further from zero. */
  #bound: number;
  /** One that has the layout of the tally. */
  #alike: Histogram | null;
  #isAverage = false;
  #seesReset = false;
  #seesNoReset = false;
  #reconciledBounds = false;

  constructor(kind: "sum" | "avg", first: Histogram) {
    this.#kind = kind;
    this.#tally = new Tally(first);
    this.#alike = first;
    this.#bound = magnitude(first);
    this.#see(first);
  }

  /** Whether a histogram that begins anew was added to one that is known not to. */
  get conflictingResets(): boolean {
    return this.#seesReset && this.#seesNoReset;
  }

  /** Whether custom bounds were dropped because not all have them. */
  get reconciledBounds(): boolean {
    return this.#reconciledBounds;
  }

  /** False, and nothing is added, if one has custom buckets and the other has not. */
  add(histogram: Histogram): boolean {
    const tally = this.#tally;
    if (hasCustomBuckets(histogram) !== hasCustomBuckets(tally)) return false;
    this.#see(histogram);
    tally.resetHint = combinedHint(tally.resetHint, histogram.resetHint).hint;
    this.#added++;
    if (this.#kind === "avg" && !this.#isAverage) this.#avoidOverflow(histogram);
    if (this.#isAverage) this.#addToAverage(histogram);
    else if (this.#alike !== null && hasSameLayout(histogram, this.#alike)) tally.addAlike(histogram);
    else this.#addToSum(histogram);
    return true;
  }

  /** Compact. */
  result(): Histogram {
    if (this.#kind === "avg" && !this.#isAverage) {
      this.#tally.scale(1, this.#added);
      this.#isAverage = true;
    }
    return compact(this.#tally.histogram(true));
  }

  /** From here on the tally holds the average, where the sum might overflow. */
  #avoidOverflow(histogram: Histogram): void {
    this.#bound += magnitude(histogram);
    if (this.#bound < Number.POSITIVE_INFINITY) return;
    this.#tally.scale(1, this.#added - 1);
    this.#isAverage = true;
  }

  #addToAverage(histogram: Histogram): void {
    const other = new Tally(histogram);
    other.scale(1, this.#added);
    this.#tally.scale((this.#added - 1) / this.#added, 1);
    if (this.#tally.add(other, 1)) this.#reconciledBounds = true;
  }

  #addToSum(histogram: Histogram): void {
    const { positive, negative } = this.#tally;
    if (this.#tally.add(new Tally(histogram), 1)) this.#reconciledBounds = true;
    const keepsLayout = positive === this.#tally.positive && negative === this.#tally.negative;
    if (!keepsLayout) this.#alike = null;
  }

  #see({ resetHint }: Histogram): void {
    if (resetHint === "reset") this.#seesReset = true;
    if (resetHint === "not_reset") this.#seesNoReset = true;
  }
}

/** The greatest absolute value of anything counted or summed, but for NaN. */
function magnitude({ zeroCount, count, sum, positiveBuckets, negativeBuckets }: Histogram): number {
  return Math.max(greatest([zeroCount, count, sum]), greatest(positiveBuckets), greatest(negativeBuckets));
}

function greatest(values: readonly number[]): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}
