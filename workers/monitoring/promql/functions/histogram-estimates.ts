import type { Histogram } from "../../model/histogram.ts";
import { boundText } from "../../model/number-text.ts";
import { derivedLabels } from "../evaluate/metric-name.ts";
import { hasValues, newSeries, relabeled, setStep } from "../evaluate/step-series.ts";
import { fraction, quantile } from "../histograms/quantile.ts";
import type { StepSeries } from "../values.ts";
import { scalarOf, stringOf, vectorOf } from "./arguments.ts";
import { ClassicBuckets } from "./classic-buckets.ts";
import type { EvaluatedArgument, VectorContext, VectorFunction } from "./function.ts";
import { collectHistograms, type HistogramGroup, histogramAt } from "./histogram-input.ts";
import { Repairs } from "./histogram-repairs.ts";
import { invalidQuantile, ofMetric } from "./remarks.ts";

/** A figure about the histogram of a group at a step; null: nothing. */
type Estimator = (
  histogram: Histogram | ClassicBuckets,
  step: number,
  group: HistogramGroup,
) => number | null;

/** histogram_quantile(q, v) */
export const histogramQuantile: VectorFunction = async function* ([q, vector], context) {
  const repairs = new Repairs(context, 1);
  const estimator = quantileEstimator(checkedQuantiles(scalarOf(q), context, 0), context, 1, repairs);
  yield* estimateAll(vector, context, 1, estimator);
  repairs.note();
};

/** histogram_quantiles(v, label, q…): one series a quantile, which the label names. */
export const histogramQuantiles: VectorFunction = async function* ([vector, label, ...qs], context) {
  const name = stringOf(label);
  const repairs = new Repairs(context, 0);
  const columns = qs.map((q, at) => checkedQuantiles(scalarOf(q), context, at + 2));
  for (const group of await collectHistograms(vectorOf(vector), context, 0)) {
    for (const column of columns) {
      const estimator = quantileEstimator(column, context, 0, repairs);
      for (const q of new Set(column)) {
        const ofQuantile: Estimator = (histogram, step, each) =>
          Object.is(column[step], q) ? estimator(histogram, step, each) : null;
        const series = estimate(group, context, 0, ofQuantile);
        const labels = series.labels.with(name, boundText(q));
        if (hasValues(series)) yield [relabeled(series, labels, series.dropsName)];
      }
    }
  }
  repairs.note();
};

/** histogram_fraction(lower, upper, v) */
export const histogramFraction: VectorFunction = async function* ([lower, upper, vector], context) {
  const lowers = scalarOf(lower);
  const uppers = scalarOf(upper);
  const estimator: Estimator = (histogram, step, group) => {
    const [from = Number.NaN, to = Number.NaN] = [lowers[step], uppers[step]];
    if (histogram instanceof ClassicBuckets) return histogram.fraction(from, to);
    const { value, remark } = fraction(from, to, histogram);
    if (remark !== null) context.note("info", remark + ofMetric(nameOf(group, context)), 2);
    return value;
  };
  yield* estimateAll(vector, context, 2, estimator);
};

async function* estimateAll(
  vector: EvaluatedArgument | undefined,
  context: VectorContext,
  argument: number,
  estimator: Estimator,
): AsyncGenerator<readonly StepSeries[]> {
  for (const group of await collectHistograms(vectorOf(vector), context, argument)) {
    const series = estimate(group, context, argument, estimator);
    if (hasValues(series)) yield [series];
  }
}

function checkedQuantiles(quantiles: Float64Array, context: VectorContext, argument: number): Float64Array {
  for (const q of quantiles) {
    if (!(q >= 0 && q <= 1)) context.note("warning", invalidQuantile(q), argument);
  }
  return quantiles;
}

function quantileEstimator(
  quantiles: Float64Array,
  context: VectorContext,
  argument: number,
  repairs: Repairs,
): Estimator {
  return (histogram, step, group) => {
    const q = quantiles[step] ?? Number.NaN;
    if (histogram instanceof ClassicBuckets) {
      const { value, repair } = histogram.quantile(q);
      if (repair) repairs.add(nameOf(group, context), repair, step);
      return value;
    }
    const { value, remark } = quantile(q, histogram);
    if (remark !== null) context.note("info", remark + ofMetric(nameOf(group, context)), argument);
    return value;
  };
}

/** By the time of the remark, the name is there only if it is dropped at the query's end. */
function nameOf({ labels }: HistogramGroup, { delayedNameRemoval }: VectorContext): string {
  return delayedNameRemoval ? labels.metricName : "";
}

function estimate(
  group: HistogramGroup,
  context: VectorContext,
  argument: number,
  estimator: Estimator,
): StepSeries {
  const { labels, dropsName } = derivedLabels(group, context);
  const { count } = context.steps;
  const series = newSeries(labels, dropsName, count);
  const scratch = new ClassicBuckets();
  const note = (remark: string) => context.note("warning", remark, argument);
  for (let step = 0; step < count; step++) {
    const histogram = histogramAt(group, step, scratch, note);
    if (histogram !== null) setStep(series, step, estimator(histogram, step, group));
  }
  return series;
}
