import type { Labels } from "../../model/labels.ts";
import type { Samples } from "../../model/samples.ts";
import type { VectorSelector } from "../ast.ts";
import { FLOAT, type StepSeries, type Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { hasValues, newSeries, samplesOf, setStep } from "./step-series.ts";
import { lastTime, type Reference, referenceOf, referenceTime } from "./steps.ts";
import { samplesFor } from "./totals-only.ts";

/** Columns are made and handed on for so many series at a time, and for fewer where columns are long. */
export const SERIES_A_BATCH = 128;
const STEPS_A_BATCH = 100_000;

export function seriesABatch({ count }: Pick<Steps, "count">): number {
  return Math.max(1, Math.min(SERIES_A_BATCH, Math.floor(STEPS_A_BATCH / count)));
}

/** What of a sample becomes the value: the function timestamp() asks for the time, in seconds. */
type Picked = "value" | "time";

/**
 * An instant vector from storage: at each step the newest sample that is not older than the lookback delta, unless it
 * is a stale marker (Prometheus: promql/engine.go, vectorSelectorSingle). Reads every series once for all steps.
 */
export function selectInstant(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  picked: Picked = "value",
): AsyncGenerator<readonly StepSeries[]> {
  const { lookbackDelta } = evaluation;
  return selectColumns(evaluation, selector, steps, 0, (labels, samples, reference) =>
    pick(labels, samples, steps, reference, lookbackDelta, picked),
  );
}

/**
 * What is made of each series of a selector, those left out that are absent at every step.
 *
 * @param after milliseconds after a step of which the samples are wanted, too
 */
export async function* selectColumns(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  after: number,
  columnOf: (labels: Labels, samples: Samples, reference: Reference) => StepSeries,
): AsyncGenerator<readonly StepSeries[]> {
  const { storage, budget, lookbackDelta } = evaluation;
  const reference = referenceOf(selector, evaluation);
  await budget.checkpoint();
  const most = seriesABatch(steps);
  const selected = storage.select({
    matchers: selector.matchers,
    start: referenceTime(reference, steps.start) - lookbackDelta,
    end: referenceTime(reference, lastTime(steps)) + after,
  });
  for await (const batch of selected) {
    for (let from = 0; from < batch.length; from += most) {
      await budget.checkpoint();
      const taken = batch.slice(from, from + most);
      budget.ensureRoom(taken.length * steps.count);
      budget.spend(taken.length * steps.count);
      const columns = taken
        .map((series) => columnOf(series.labels, samplesFor(evaluation, selector, series), reference))
        .filter(hasValues);
      budget.touch(columns.reduce((sum, series) => sum + samplesOf(series), 0));
      if (columns.length > 0) yield columns;
    }
  }
}

function pick(
  labels: Labels,
  samples: Samples,
  steps: Steps,
  reference: Reference,
  lookbackDelta: number,
  picked: Picked,
): StepSeries {
  const column = newSeries(labels, false, steps.count);
  const { times, values, histograms } = samples;
  const { kinds, values: into } = column;
  let after = 0;
  for (let step = 0; step < steps.count; step++) {
    const time = referenceTime(reference, steps.start + step * steps.step);
    while (after < times.length && (times[after] ?? 0) <= time) after++;
    const newest = after - 1;
    if (newest < 0 || (times[newest] ?? 0) <= time - lookbackDelta) continue;
    if (histograms?.[newest]) pickHistogram(column, step, samples, newest, picked);
    else if (!samples.isStale(newest)) {
      kinds[step] = FLOAT;
      into[step] = picked === "value" ? (values[newest] ?? 0) : (times[newest] ?? 0) / 1_000;
    }
  }
  return column;
}

function pickHistogram(
  column: StepSeries,
  step: number,
  { times, histograms }: Samples,
  index: number,
  picked: Picked,
): void {
  setStep(column, step, picked === "value" ? (histograms?.[index] ?? null) : (times[index] ?? 0) / 1_000);
}
