import type { Histogram } from "../../model/histogram.ts";
import { add, multiply, subtract } from "../histograms/arithmetic.ts";
import { detectReset } from "../histograms/detect-reset.ts";
import { MIXED_BUCKETS_DURING } from "./remarks.ts";

/** How far a time is on the way from the sample at an index to the next one, from 0 to 1. */
export function fractionOfWay(times: Float64Array, index: number, time: number): number {
  const before = times[index] ?? 0;
  return (time - before) / ((times[index + 1] ?? 0) - before);
}

/** A value on the way from one to the next; a counter that began anew in between has counted from zero ever since. */
export function floatBetween(before: number, after: number, fraction: number, isCounter: boolean): number {
  const from = isCounter && after < before ? 0 : before;
  return from + (after - from) * fraction;
}

/** Adds and subtracts histograms, with a remark where their custom buckets differ. */
export class HistogramCombiner {
  readonly #remark: (message: string) => void;

  constructor(remark: (message: string) => void) {
    this.#remark = remark;
  }

  add(one: Histogram, other: Histogram): Histogram {
    return this.#reconcile("addition", add(one, other), one);
  }

  subtract(one: Histogram, other: Histogram): Histogram {
    return this.#reconcile("subtraction", subtract(one, other), one);
  }

  /** As {@link floatBetween}. */
  between(before: Histogram, after: Histogram, fraction: number, isCounter: boolean): Histogram {
    return isCounter && detectReset(after, before)
      ? multiply(after, fraction)
      : this.add(multiply(this.subtract(after, before), fraction), before);
  }

  #reconcile(operation: string, combined: ReturnType<typeof add>, otherwise: Histogram): Histogram {
    if (combined?.reconciledBounds) this.#remark(`${MIXED_BUCKETS_DURING} ${operation}`);
    return combined?.histogram ?? otherwise;
  }
}
