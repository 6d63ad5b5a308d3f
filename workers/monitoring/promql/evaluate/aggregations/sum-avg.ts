import type { Histogram } from "../../../model/histogram.ts";
import { carriedError } from "../../compensation.ts";
import { mixedSchemas } from "../../functions/remarks.ts";
import { HistogramAggregate } from "../../histograms/aggregate.ts";
import { FLOAT, HISTOGRAM, type StepSeries } from "../../values.ts";
import { setStep } from "../step-series.ts";
import type { Accumulator, AccumulatorContext } from "./accumulator.ts";

/** What a step has seen, in bits. */
const FLOATS = 1;
const HISTOGRAMS = 2;
/** Histograms of which some have custom buckets and some have not. */
const INCOMPATIBLE = 4;

/**
 * The sum or the average of each step, with compensated summation. Once the sum of an average overflows, the mean is
 * carried along instead (Prometheus: promql/engine.go, aggregation).
 */
export class SumOrAverage implements Accumulator {
  readonly #kind: "sum" | "avg";
  readonly #context: AccumulatorContext;
  readonly #seen: Uint8Array;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;
  /** Steps whose sum is a mean, by the first that needed it. */
  #means: Uint8Array | null = null;
  #histograms: (HistogramAggregate | undefined)[] | null = null;

  constructor(kind: "sum" | "avg", context: AccumulatorContext) {
    this.#kind = kind;
    this.#context = context;
    this.#seen = new Uint8Array(context.steps);
    this.#counts = new Float64Array(context.steps);
    this.#sums = new Float64Array(context.steps);
    this.#errors = new Float64Array(context.steps);
  }

  add(series: StepSeries): void {
    const { kinds, values } = series;
    const seen = this.#seen;
    const counts = this.#counts;
    const sums = this.#sums;
    const errors = this.#errors;
    const isAverage = this.#kind === "avg";
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === FLOAT) {
        const before = seen[step] ?? 0;
        if (before & INCOMPATIBLE) continue;
        seen[step] = before | FLOATS;
        counts[step] = (counts[step] ?? 0) + 1;
        const value = values[step] ?? 0;
        if (before & FLOATS) {
          const sum = sums[step] ?? 0;
          const next = sum + value;
          if (isAverage && (isInfinite(next) || this.#means?.[step])) this.#addToMean(step, value);
          else {
            errors[step] = carriedError(sum, value, next, errors[step] ?? 0);
            sums[step] = next;
          }
        } else sums[step] = value;
      } else if (kinds[step] === HISTOGRAM) {
        const histogram = series.histograms?.[step];
        if (histogram) this.#addHistogram(step, histogram, series.labels.metricName);
      }
    }
  }

  finish(result: StepSeries): void {
    for (let step = 0; step < this.#seen.length; step++) {
      const seen = this.#seen[step];
      if (seen === (FLOATS | HISTOGRAMS)) {
        this.#context.note("warning", "encountered a mix of histograms and floats for aggregation");
      } else if (seen === FLOATS) setStep(result, step, this.#floatResult(step));
      else if (seen === HISTOGRAMS) setStep(result, step, this.#histogramResult(step));
    }
  }

  #floatResult(step: number): number {
    const sum = this.#sums[step] ?? 0;
    const error = this.#errors[step] ?? 0;
    const count = this.#counts[step] ?? 0;
    if (this.#kind === "sum" || this.#means?.[step]) return sum + error;
    return sum / count + error / count;
  }

  /** The sum so far becomes a mean, unless it is one. */
  #addToMean(step: number, value: number): void {
    const count = this.#counts[step] ?? 0;
    this.#means ??= new Uint8Array(this.#seen.length);
    const already = this.#means[step] === 1;
    const sum = this.#sums[step] ?? 0;
    this.#means[step] = 1;
    const mean = already ? sum : sum / (count - 1);
    const error = already ? (this.#errors[step] ?? 0) : (this.#errors[step] ?? 0) / (count - 1);
    const share = (count - 1) / count;
    const scaled = share * mean;
    const added = value / count;
    const next = scaled + added;
    this.#errors[step] = carriedError(scaled, added, next, share * error);
    this.#sums[step] = next;
  }

  #addHistogram(step: number, histogram: Histogram, metric: string): void {
    const before = this.#seen[step] ?? 0;
    if (before & INCOMPATIBLE) return;
    this.#seen[step] = before | HISTOGRAMS;
    this.#histograms ??= [];
    const aggregate = this.#histograms[step];
    if (aggregate === undefined) this.#histograms[step] = new HistogramAggregate(this.#kind, histogram);
    else if (!aggregate.add(histogram)) {
      this.#context.note("warning", mixedSchemas(metric));
      this.#seen[step] = before | INCOMPATIBLE;
    }
  }

  #histogramResult(step: number): Histogram | null {
    const aggregate = this.#histograms?.[step];
    if (aggregate === undefined) return null;
    if (aggregate.reconciledBounds) {
      this.#context.note("info", "mismatched custom buckets were reconciled during aggregation");
    }
    if (aggregate.conflictingResets) {
      this.#context.note("warning", "conflicting counter resets during histogram aggregation");
    }
    return aggregate.result();
  }
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}
