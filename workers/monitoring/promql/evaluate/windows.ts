import type { Histogram } from "../../model/histogram.ts";
import type { Labels } from "../../model/labels.ts";
import { Samples } from "../../model/samples.ts";
import type { MatrixSelector, Subquery } from "../ast.ts";
import type { Steps } from "../values.ts";
import type { Bounds } from "./bounded-window.ts";
import type { Evaluation } from "./evaluation.ts";
import { SERIES_A_BATCH } from "./instant-selector.ts";
import { mergeRepeated, neverRepeats } from "./repeated-labels.ts";
import { samplesAt, timesOf } from "./step-samples.ts";
import { sizeOf } from "./step-series.ts";
import { lastTime, type Reference, referenceOf, referenceTime, subquerySteps } from "./steps.ts";
import { samplesFor } from "./totals-only.ts";

/** A series of a range vector: all samples that any window may hold, none of them a stale marker. */
export interface WindowSeries {
  readonly labels: Labels;
  readonly dropsName: boolean;
  readonly samples: Samples;
}

/** A range vector: at each step, every series' samples after `reference - length` and up to the reference. */
export interface Windows {
  readonly series: AsyncIterable<readonly WindowSeries[]>;
  readonly reference: Reference;
  readonly length: number;
  /** Null for a subquery and where the selector says nothing: samples beyond the windows' bounds are not there. */
  readonly bounds: Bounds | null;
}

export type RangeExpression = MatrixSelector | Subquery;

/** So many samples are unpacked before they are handed on, and the last series' that went beyond. */
const SAMPLES_A_BATCH = 250_000;

export function windowsOf(evaluation: Evaluation, expression: RangeExpression, steps: Steps): Windows {
  const shift = expression.type === "subquery" ? expression : expression.selector;
  const reference = referenceOf(shift, evaluation);
  const series =
    expression.type === "subquery"
      ? readSubquery(evaluation, expression, steps, reference)
      : readSamples(evaluation, expression, steps, reference);
  const bounds = expression.type === "subquery" ? null : (expression.selector.bounds ?? null);
  return { series, reference, length: expression.window, bounds };
}

async function* readSamples(
  evaluation: Evaluation,
  { selector, window }: MatrixSelector,
  steps: Steps,
  reference: Reference,
): AsyncGenerator<readonly WindowSeries[]> {
  const { storage, budget, lookbackDelta } = evaluation;
  const { matchers, bounds } = selector;
  await budget.checkpoint();
  const selected = storage.select({
    matchers,
    start: referenceTime(reference, steps.start) - window - (bounds ? lookbackDelta : 0),
    end: referenceTime(reference, lastTime(steps)) + (bounds === "smoothed" ? lookbackDelta : 0),
  });
  for await (const batch of selected) {
    let unpacked: WindowSeries[] = [];
    let samples = 0;
    for (const [place, series] of batch.entries()) {
      const one = withoutStale(samplesFor(evaluation, selector, series));
      unpacked.push({ labels: series.labels, dropsName: false, samples: one });
      samples += samplesBetween(one, 0, one.length);
      const isFull = unpacked.length === SERIES_A_BATCH || samples >= SAMPLES_A_BATCH;
      if (!isFull && place < batch.length - 1) continue;
      await budget.checkpoint();
      budget.hold(samples);
      yield unpacked;
      budget.release(samples);
      unpacked = [];
      samples = 0;
    }
  }
}

async function* readSubquery(
  evaluation: Evaluation,
  { expression, window, step }: Subquery,
  outer: Steps,
  reference: Reference,
): AsyncGenerator<readonly WindowSeries[]> {
  const steps = subquerySteps(outer, reference, window, step ?? evaluation.subqueryStep);
  if (steps.count === 0) return;
  const vector = evaluation.vector(expression, steps);
  const { budget } = evaluation;
  budget.hold(steps.count);
  const times = timesOf(steps);
  const distinct = neverRepeats(expression, evaluation) ? vector : mergeRepeated(vector, evaluation);
  for await (const batch of distinct) {
    const windows = batch.map((series) => ({
      labels: series.labels,
      dropsName: series.dropsName,
      samples: samplesAt(series, times, withUnknownReset),
    }));
    const samples = windows.reduce((sum, one) => sum + samplesBetween(one.samples, 0, one.samples.length), 0);
    budget.hold(samples);
    yield windows;
    budget.release(samples);
  }
  budget.release(steps.count);
}

/**
 * Of a subquery's histograms it is not known whether a counter began anew between them: samples may be left out or
 * come twice.
 */
function withUnknownReset(histogram: Histogram): Histogram {
  return histogram.resetHint === "reset" || histogram.resetHint === "not_reset"
    ? { ...histogram, resetHint: "unknown" }
    : histogram;
}

export function withoutStale(samples: Samples): Samples {
  const { length, times, values, histograms } = samples;
  let stale = 0;
  for (let at = 0; at < length; at++) if (samples.isStale(at)) stale++;
  if (stale === 0) return samples;
  const keptTimes = new Float64Array(length - stale);
  const keptValues = new Float64Array(length - stale);
  const keptHistograms = histograms && new Array<Histogram | null>(length - stale).fill(null);
  for (let at = 0, to = 0; at < length; at++) {
    if (samples.isStale(at)) continue;
    keptTimes[to] = times[at] ?? 0;
    keptValues[to] = values[at] ?? 0;
    if (keptHistograms) keptHistograms[to] = histograms?.[at] ?? null;
    to++;
  }
  return new Samples(keptTimes, keptValues, keptHistograms);
}

/** How many samples those between two indices take in memory. */
export function samplesBetween({ histograms }: Samples, from: number, to: number): number {
  if (histograms === null) return to - from;
  let size = 0;
  for (let at = from; at < to; at++) {
    const histogram = histograms[at];
    size += histogram ? sizeOf(histogram) : 1;
  }
  return size;
}
