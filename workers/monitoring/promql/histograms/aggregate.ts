import type { Histogram } from "../../model/histogram.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { compact } from "./layout.ts";
import { combinedHint } from "./reset-hint.ts";
import { Tally } from "./tally.ts";

/** Two numbers up to here have a finite sum. */
const SAFE = Number.MAX_VALUE / 2;

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
  /** The tally holds the average so far, since a sum might overflow. */
  #isAverage = false;
  #seesReset = false;
  #seesNoReset = false;
  #reconciledBounds = false;

  constructor(kind: "sum" | "avg", first: Histogram) {
    this.#kind = kind;
    this.#tally = new Tally(first);
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
    const other = new Tally(histogram);
    if (this.#kind === "avg") this.#avoidOverflow(other);
    if (this.#isAverage) {
      tally.scale((this.#added - 1) / this.#added, 1);
      other.scale(1, this.#added);
    }
    if (tally.add(other, 1)) this.#reconciledBounds = true;
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

  #avoidOverflow(other: Tally): void {
    if (this.#isAverage || (this.#tally.magnitude <= SAFE && other.magnitude <= SAFE)) return;
    this.#tally.scale(1, this.#added - 1);
    this.#isAverage = true;
  }

  #see({ resetHint }: Histogram): void {
    if (resetHint === "reset") this.#seesReset = true;
    if (resetHint === "not_reset") this.#seesNoReset = true;
  }
}
