import { ABSENT, FLOAT, type StepSeries } from "../../values.ts";
import type { Accumulator, AccumulatorContext } from "./accumulator.ts";

/** How many elements each step has; for `group` just whether it has any, as a 1. */
export class Count implements Accumulator {
  readonly #kind: "count" | "group";
  readonly #counts: Float64Array;

  constructor(kind: "count" | "group", { steps }: AccumulatorContext) {
    this.#kind = kind;
    this.#counts = new Float64Array(steps);
  }

  add({ kinds }: StepSeries): void {
    const counts = this.#counts;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== ABSENT) counts[step] = (counts[step] ?? 0) + 1;
    }
  }

  finish(result: StepSeries): void {
    for (const [step, count] of this.#counts.entries()) {
      if (count === 0) continue;
      result.kinds[step] = FLOAT;
      result.values[step] = this.#kind === "group" ? 1 : count;
    }
  }
}
