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
 * The elements of a group with the k greatest or least values of each step. NaN comes last. Of equal ones those that
 * Prometheus keeps: its heap (promql/engine.go, aggregationK; container/heap) decides which of them gives way.
 */
export class Top {
  readonly #kind: "topk" | "bottomk";
  readonly #context: AccumulatorContext;
  readonly #before: Before;
  /** By step: a heap, the worst first. */
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
      ranks.sort((one, other) => this.#order(one.value, other.value));
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
    if (ranks.length < most) {
      ranks.push({ value, source });
      this.#rise(ranks);
      return 1;
    }
    const [worst] = ranks;
    if (worst !== undefined && this.#before(value, worst.value)) {
      ranks[0] = { value, source };
      this.#sink(ranks);
    }
    return 0;
  }

  /** Puts the last into its place. */
  #rise(ranks: Ranked[]): void {
    for (let place = ranks.length - 1; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (!this.#isWorse(ranks, place, parent)) return;
      swap(ranks, place, parent);
      place = parent;
    }
  }

  /** Puts the first into its place. */
  #sink(ranks: Ranked[]): void {
    for (let place = 0; ; ) {
      let child = 2 * place + 1;
      if (child >= ranks.length) return;
      if (child + 1 < ranks.length && this.#isWorse(ranks, child + 1, child)) child++;
      if (!this.#isWorse(ranks, child, place)) return;
      swap(ranks, place, child);
      place = child;
    }
  }

  #isWorse(ranks: readonly Ranked[], one: number, other: number): boolean {
    const value = valueAt(ranks, one);
    return Number.isNaN(value) || this.#before(valueAt(ranks, other), value);
  }

  #order(one: number, other: number): number {
    if (this.#before(one, other)) return -1;
    return this.#before(other, one) ? 1 : 0;
  }
}

function valueAt(ranks: readonly Ranked[], place: number): number {
  return ranks[place]?.value ?? Number.NaN;
}

function swap(ranks: Ranked[], one: number, other: number): void {
  const [kept, moved] = [ranks[one], ranks[other]];
  if (kept === undefined || moved === undefined) return;
  ranks[one] = moved;
  ranks[other] = kept;
}

function isGreater(one: number, other: number): boolean {
  return one > other || (Number.isNaN(other) && !Number.isNaN(one));
}

function isLess(one: number, other: number): boolean {
  return one < other || (Number.isNaN(other) && !Number.isNaN(one));
}
