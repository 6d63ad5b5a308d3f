import type { StepSeries } from "../../values.ts";
import { FLOAT, HISTOGRAM } from "../../values.ts";
import { newSeries } from "../step-series.ts";
import type { AccumulatorContext } from "./accumulator.ts";
import { ignoredHistogram } from "./remarks.ts";

/** Whether one value comes before another. */
type Before = (one: number, other: number) => boolean;

/** What is kept of a series. */
type Source = Pick<StepSeries, "labels" | "dropsName">;

interface Ranked {
  readonly value: number;
  readonly source: Source;
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

  /** @returns how many elements are kept now that were not before */
  add({ labels, dropsName, kinds, values }: StepSeries): number {
    const source = { labels, dropsName };
    let more = 0;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === HISTOGRAM) this.#context.note("info", ignoredHistogram(this.#kind));
      if (kinds[step] === FLOAT) more += this.#rank(step, values[step] ?? 0, source);
    }
    return more;
  }

  /**
   * The chosen series, each with the steps it was chosen at: in the order of rank, where there is one step only.
   *
   * @param most how many series are given at once
   */
  *finish(most: number): Generator<StepSeries[]> {
    const chosen = [...this.#chosen()];
    for (let from = 0; from < chosen.length; from += most) {
      yield chosen.slice(from, from + most).map(([{ labels, dropsName }, places]) => {
        const result = newSeries(labels, dropsName, this.#ranks.length);
        for (const { step, value } of places) {
          result.kinds[step] = FLOAT;
          result.values[step] = value;
        }
        return result;
      });
    }
  }

  #chosen(): Map<Source, { step: number; value: number }[]> {
    const chosen = new Map<Source, { step: number; value: number }[]>();
    for (const [step, ranks] of this.#ranks.entries()) {
      for (const { value, source } of ranks) {
        const places = chosen.get(source) ?? [];
        chosen.set(source, places);
        places.push({ step, value });
      }
    }
    return chosen;
  }

  /** @returns by how many the step's elements have become more */
  #rank(step: number, value: number, source: Source): number {
    const ranks = this.#ranks[step] ?? [];
    const most = Math.trunc(this.#context.parameter?.[step] ?? 0);
    if (most < 1) return 0;
    const last = ranks[most - 1];
    if (last !== undefined) {
      if (!this.#before(value, last.value)) return 0;
      ranks.pop();
    }
    ranks.splice(this.#place(ranks, value), 0, { value, source });
    return last === undefined ? 1 : 0;
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
