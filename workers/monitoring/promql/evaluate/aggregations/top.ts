import type { StepSeries } from "../../values.ts";
import { FLOAT, HISTOGRAM } from "../../values.ts";
import { copyStep, hasValues, newSeries } from "../step-series.ts";
import type { AccumulatorContext } from "./accumulator.ts";
import { ignoredHistogram } from "./remarks.ts";

/** Whether one value comes before another. */
type Before = (one: number, other: number) => boolean;

interface Ranked {
  readonly value: number;
  readonly series: StepSeries;
}

/**
 * The elements of a group with the k greatest or least values of each step. NaN comes last; of equal ones those that
 * came first stay.
 */
export class Top {
  readonly #kind: "topk" | "bottomk";
  readonly #context: AccumulatorContext;
  readonly #before: Before;
  /** By step, the best first. */
  readonly #ranks: Ranked[][];

  constructor(kind: "topk" | "bottomk", context: AccumulatorContext) {
    this.#kind = kind;
    this.#context = context;
    this.#before = kind === "topk" ? isGreater : isLess;
    this.#ranks = Array.from({ length: context.steps }, () => []);
  }

  add(series: StepSeries): void {
    const { kinds, values } = series;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === HISTOGRAM) this.#context.note("info", ignoredHistogram(this.#kind));
      if (kinds[step] === FLOAT) this.#rank(step, values[step] ?? 0, series);
    }
  }

  /** The chosen series, each with the steps it was chosen at: in the order of rank, where there is one step only. */
  finish(): StepSeries[] {
    const chosen = new Map<StepSeries, StepSeries>();
    for (const [step, ranks] of this.#ranks.entries()) {
      for (const { series } of ranks) {
        let result = chosen.get(series);
        if (result === undefined) {
          result = newSeries(series.labels, series.dropsName, this.#ranks.length);
          chosen.set(series, result);
        }
        copyStep(series, result, step);
      }
    }
    return [...chosen.values()].filter(hasValues);
  }

  #rank(step: number, value: number, series: StepSeries): void {
    const ranks = this.#ranks[step] ?? [];
    const most = Math.trunc(this.#context.parameter?.[step] ?? 0);
    if (most < 1) return;
    const last = ranks[most - 1];
    if (last !== undefined) {
      if (!this.#before(value, last.value)) return;
      ranks.pop();
    }
    ranks.splice(this.#place(ranks, value), 0, { value, series });
  }

  /** After all that are better or equal. */
  #place(ranks: readonly Ranked[], value: number): number {
    let low = 0;
    let high = ranks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#before(value, ranks[middle]?.value ?? Number.NaN)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isGreater(one: number, other: number): boolean {
  return one > other || (Number.isNaN(other) && !Number.isNaN(one));
}

function isLess(one: number, other: number): boolean {
  return one < other || (Number.isNaN(other) && !Number.isNaN(one));
}
