import type { Histogram } from "../../model/histogram.ts";
import type { Labels } from "../../model/labels.ts";
import { ABSENT, FLOAT, HISTOGRAM, type StepSeries } from "../values.ts";

/** What a histogram holds beside its buckets and spans, in samples of 16 bytes. */
const HISTOGRAM_SAMPLES = 8;

/** Absent at each of its steps, to be filled. */
export function newSeries(labels: Labels, dropsName: boolean, count: number): StepSeries {
  return {
    labels,
    dropsName,
    kinds: new Uint8Array(count),
    values: new Float64Array(count),
    histograms: null,
  };
}

/** The same values under other labels. */
export function relabeled(series: StepSeries, labels: Labels, dropsName: boolean): StepSeries {
  const { kinds, values, histograms } = series;
  return { labels, dropsName, kinds, values, histograms };
}

/** Null leaves the step absent. */
export function setStep(series: StepSeries, step: number, value: number | Histogram | null): void {
  if (typeof value === "number") {
    series.kinds[step] = FLOAT;
    series.values[step] = value;
  } else if (value !== null) {
    series.kinds[step] = HISTOGRAM;
    series.histograms ??= new Array<Histogram | null>(series.kinds.length).fill(null);
    series.histograms[step] = value;
  }
}

export function copyStep(from: StepSeries, to: StepSeries, step: number): void {
  const kind = from.kinds[step];
  if (kind === HISTOGRAM) setStep(to, step, from.histograms?.[step] ?? null);
  else if (kind === FLOAT) {
    to.kinds[step] = FLOAT;
    to.values[step] = from.values[step] ?? 0;
  }
}

export function hasValues({ kinds }: StepSeries): boolean {
  return kinds.includes(FLOAT) || kinds.includes(HISTOGRAM);
}

/** How many samples a series has, a histogram as many as it takes the room of. */
export function samplesOf({ kinds, histograms }: StepSeries): number {
  let samples = 0;
  for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) samples++;
  return samples + histogramsOf(histograms);
}

/** How many samples a series takes the room of: steps at which it is absent take as much as others. */
export function roomOf({ kinds, histograms }: StepSeries): number {
  return kinds.length + histogramsOf(histograms);
}

/** … where only the column is kept that says at which steps it has values. */
export function roomOfKinds(steps: number): number {
  return Math.ceil(steps / 8);
}

function histogramsOf(histograms: StepSeries["histograms"]): number {
  let samples = 0;
  for (const histogram of histograms ?? []) if (histogram !== null) samples += sizeOf(histogram);
  return samples;
}

/** How many samples of 16 bytes a histogram takes in memory, as Prometheus counts it. */
export function sizeOf({
  positiveBuckets,
  negativeBuckets,
  positiveSpans,
  negativeSpans,
  customValues,
}: Histogram): number {
  const numbers =
    positiveBuckets.length +
    negativeBuckets.length +
    positiveSpans.length +
    negativeSpans.length +
    customValues.length;
  return HISTOGRAM_SAMPLES + Math.ceil(numbers / 2);
}
