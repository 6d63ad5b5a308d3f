import type { Histogram } from "../../model/histogram.ts";
import { carriedError } from "../compensation.ts";
import type { CallContext, RangeFunction, Window } from "./function.ts";
import { meanHistogram, sumHistograms } from "./histogram-sums.ts";
import { mixedSamples } from "./remarks.ts";
import { countHistograms, ofFloats } from "./window.ts";

export const countOverTime: RangeFunction = ({ from, to }) => to - from;

export const presentOverTime: RangeFunction = () => 1;

export const firstOverTime: RangeFunction = ({ samples, from }) =>
  samples.histograms?.[from] ?? samples.values[from] ?? null;

export const lastOverTime: RangeFunction = ({ samples, to }) =>
  samples.histograms?.[to - 1] ?? samples.values[to - 1] ?? null;

/** Of floats in the window's order, or of histograms: not of both. */
function ofOneKind(
  floats: (window: Window) => number,
  histograms: (window: Window, context: CallContext) => Histogram | null,
): RangeFunction {
  return (window, context) => {
    const count = countHistograms(window);
    if (count === 0) return floats(window);
    if (count === window.to - window.from) return histograms(window, context);
    context.note("warning", mixedSamples(context.metricName), 0);
    return null;
  };
}

/** With compensated summation (Prometheus: util/kahansum). */
export const sumOverTime: RangeFunction = ofOneKind(({ samples: { values }, from, to }) => {
  let sum = 0;
  let error = 0;
  for (let at = from; at < to; at++) {
    const value = values[at] ?? 0;
    const next = sum + value;
    error = carriedError(sum, value, next, error);
    sum = next;
  }
  return isInfinite(sum) ? sum : sum + error;
}, sumHistograms);

/** The sum through the count; once the sum overflows, the mean is carried along instead, as Prometheus does. */
export const avgOverTime: RangeFunction = ofOneKind(({ samples: { values }, from, to }) => {
  let sum = values[from] ?? 0;
  let error = 0;
  for (let at = from + 1; at < to; at++) {
    const value = values[at] ?? 0;
    const next = sum + value;
    if (isInfinite(next)) return runningMean(values, at, to, at - from, sum, error);
    error = carriedError(sum, value, next, error);
    sum = next;
  }
  const count = to - from;
  return sum / count + error / count;
}, meanHistogram);

function runningMean(
  values: Float64Array,
  from: number,
  to: number,
  before: number,
  sum: number,
  lost: number,
): number {
  let count = before;
  let mean = sum / count;
  let error = lost / count;
  for (let at = from; at < to; at++) {
    count++;
    const share = (count - 1) / count;
    const added = (values[at] ?? 0) / count;
    const scaled = share * mean;
    mean = scaled + added;
    error = carriedError(scaled, added, mean, share * error);
  }
  return mean + error;
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

/** Welford's algorithm with compensated sums. */
function variance({ samples: { values }, from, to }: Window): number {
  let mean = 0;
  let meanError = 0;
  let squares = 0;
  let squaresError = 0;
  for (let at = from; at < to; at++) {
    const value = values[at] ?? 0;
    const delta = value - (mean + meanError);
    const step = delta / (at - from + 1);
    const nextMean = mean + step;
    meanError = carriedError(mean, step, nextMean, meanError);
    mean = nextMean;
    const square = delta * (value - (mean + meanError));
    const nextSquares = squares + square;
    squaresError = carriedError(squares, square, nextSquares, squaresError);
    squares = nextSquares;
  }
  return (squares + squaresError) / (to - from);
}

export const stdvarOverTime: RangeFunction = ofFloats(variance);

export const stddevOverTime: RangeFunction = ofFloats((window) => Math.sqrt(variance(window)));
