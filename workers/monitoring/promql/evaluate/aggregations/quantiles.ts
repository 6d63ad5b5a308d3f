import { quantile } from "../../functions/quantile.ts";
import { FLOAT, HISTOGRAM, type StepSeries } from "../../values.ts";
import type { Accumulator, AccumulatorContext } from "./accumulator.ts";
import { ignoredHistogram } from "./remarks.ts";

/** The quantile that the parameter names at each step. Has to keep its input. */
export class Quantiles implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #inputs: StepSeries[] = [];

  constructor(context: AccumulatorContext) {
    this.#context = context;
  }

  add(series: StepSeries): void {
    if (series.kinds.includes(HISTOGRAM)) this.#context.note("info", ignoredHistogram("quantile"));
    this.#inputs.push(series);
  }

  finish(result: StepSeries): void {
    const values = new Float64Array(this.#inputs.length);
    for (let step = 0; step < result.kinds.length; step++) {
      let count = 0;
      for (const input of this.#inputs) {
        if (input.kinds[step] === FLOAT) values[count++] = input.values[step] ?? 0;
      }
      if (count === 0) continue;
      result.kinds[step] = FLOAT;
      result.values[step] = quantile(
        this.#context.parameter?.[step] ?? Number.NaN,
        values.subarray(0, count),
      );
    }
  }
}
