import { ABSENT, FLOAT, type StepSeries } from "../../values.ts";
import type { Accumulator, AccumulatorContext } from "./accumulator.ts";
import { ignoredHistogram } from "./remarks.ts";

/**
 * The variance of the whole population, or its root, with a running mean (B. P. Welford, "Note on a method for
 * calculating corrected sums of squares and products", Technometrics 1962).
 */
export class Variance implements Accumulator {
  readonly #kind: "stdvar" | "stddev";
  readonly #context: AccumulatorContext;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  /** Of the squared distances from the mean. */
  readonly #sums: Float64Array;

  constructor(kind: "stdvar" | "stddev", context: AccumulatorContext) {
    this.#kind = kind;
    this.#context = context;
    this.#counts = new Float64Array(context.steps);
    this.#means = new Float64Array(context.steps);
    this.#sums = new Float64Array(context.steps);
  }

  add({ kinds, values }: StepSeries): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === ABSENT) continue;
      if (kinds[step] !== FLOAT) {
        this.#context.note("info", ignoredHistogram(this.#kind));
        continue;
      }
      const value = values[step] ?? 0;
      const count = (this.#counts[step] ?? 0) + 1;
      const mean = this.#means[step] ?? 0;
      const next = mean + (value - mean) / count;
      this.#counts[step] = count;
      this.#means[step] = next;
      this.#sums[step] = (this.#sums[step] ?? 0) + (value - mean) * (value - next);
    }
  }

  finish(result: StepSeries): void {
    for (const [step, count] of this.#counts.entries()) {
      if (count === 0) continue;
      const variance = (this.#sums[step] ?? 0) / count;
      result.kinds[step] = FLOAT;
      result.values[step] = this.#kind === "stdvar" ? variance : Math.sqrt(variance);
    }
  }
}
