import { ABSENT, FLOAT, type StepSeries } from "../../values.ts";
import type { Accumulator, AccumulatorContext } from "./accumulator.ts";
import { ignoredHistogram } from "./remarks.ts";

/** The least or the greatest float of each step; NaN only where there is nothing else. */
export class Extreme implements Accumulator {
  readonly #kind: "min" | "max";
  readonly #context: AccumulatorContext;
  readonly #kinds: Uint8Array;
  readonly #values: Float64Array;

  constructor(kind: "min" | "max", context: AccumulatorContext) {
    this.#kind = kind;
    this.#context = context;
    this.#kinds = new Uint8Array(context.steps);
    this.#values = new Float64Array(context.steps);
  }

  add({ kinds, values }: StepSeries): void {
    const isMax = this.#kind === "max";
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === ABSENT) continue;
      if (kinds[step] !== FLOAT) {
        this.#context.note("info", ignoredHistogram(this.#kind));
        continue;
      }
      const value = values[step] ?? 0;
      const best = this.#values[step] ?? 0;
      const isBetter = isMax ? value > best : value < best;
      if (isBetter || this.#kinds[step] === ABSENT || Number.isNaN(best)) this.#values[step] = value;
      this.#kinds[step] = FLOAT;
    }
  }

  finish(result: StepSeries): void {
    result.kinds.set(this.#kinds);
    result.values.set(this.#values);
  }
}
