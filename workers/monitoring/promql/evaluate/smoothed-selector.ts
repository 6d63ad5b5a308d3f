import type { Histogram } from "../../model/histogram.ts";
import type { Labels } from "../../model/labels.ts";
import type { Samples } from "../../model/samples.ts";
import type { VectorSelector } from "../ast.ts";
import { floatBetween, fractionOfWay, HistogramCombiner } from "../functions/between-samples.ts";
import { mixedSamples, mixedSchemas } from "../functions/remarks.ts";
import { countHistograms } from "../functions/window.ts";
import { hasCustomBuckets } from "../histograms/bounds.ts";
import type { StepSeries, Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { selectColumns } from "./instant-selector.ts";
import { newSeries, setStep } from "./step-series.ts";
import { type Reference, referenceTime } from "./steps.ts";
import { withoutStale } from "./windows.ts";

/**
 * An instant vector from storage, of a selector with the modifier `smoothed`: at each step a value between the samples
 * before and after, or that of the last sample (Prometheus: promql/engine.go, smoothSeries).
 */
export function selectSmoothed(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const { lookbackDelta } = evaluation;
  return selectColumns(evaluation, selector, steps, lookbackDelta, (labels, samples, reference) =>
    smooth(evaluation, selector, labels, withoutStale(samples), steps, reference),
  );
}

function smooth(
  { annotations, lookbackDelta }: Evaluation,
  { range }: VectorSelector,
  labels: Labels,
  samples: Samples,
  steps: Steps,
  reference: Reference,
): StepSeries {
  const { times } = samples;
  const column = newSeries(labels, false, steps.count);
  const warn = (message: string) => annotations.add("warning", message, range);
  const combiner = new HistogramCombiner((message) => annotations.add("info", message, range));
  let from = 0;
  let next = 0;
  let to = 0;
  for (let step = 0; step < steps.count; step++) {
    const time = referenceTime(reference, steps.start + step * steps.step);
    while (from < times.length && (times[from] ?? 0) <= time - lookbackDelta) from++;
    while (next < times.length && (times[next] ?? 0) < time) next++;
    while (to < times.length && (times[to] ?? 0) <= time + lookbackDelta) to++;
    const histograms = countHistograms({ samples, from, to, start: 0, end: 0 });
    if (histograms > 0 && histograms < to - from) warn(mixedSamples(labels.metricName));
    else if (next < to && times[next] === time) setStep(column, step, valueAt(samples, next));
    else if (next > from) {
      const isLast = next === to;
      const value = isLast ? carriedOn(samples, next - 1) : between(samples, next - 1, time, combiner);
      if (value === null) warn(mixedSchemas(labels.metricName));
      setStep(column, step, value);
    }
  }
  return column;
}

function valueAt({ values, histograms }: Samples, index: number): number | Histogram {
  return histograms?.[index] ?? values[index] ?? 0;
}

/** Of a histogram it is not known whether its counter began anew by now. */
function carriedOn(samples: Samples, index: number): number | Histogram {
  const value = valueAt(samples, index);
  return typeof value === "number" ? value : { ...value, resetHint: "unknown" };
}

/** Null between histograms of which only one has custom buckets. */
function between(
  samples: Samples,
  index: number,
  time: number,
  combiner: HistogramCombiner,
): number | Histogram | null {
  const before = valueAt(samples, index);
  const after = valueAt(samples, index + 1);
  const fraction = fractionOfWay(samples.times, index, time);
  if (typeof before === "number" || typeof after === "number") {
    return floatBetween(Number(before), Number(after), fraction, false);
  }
  if (hasCustomBuckets(before) !== hasCustomBuckets(after)) return null;
  const isCounter = before.resetHint !== "gauge" || after.resetHint !== "gauge";
  return combiner.between(before, after, fraction, isCounter);
}
