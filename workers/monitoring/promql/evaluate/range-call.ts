import type { Call } from "../ast.ts";
import type { RangeFunction, Window } from "../functions/function.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import { boundedFunction, widen } from "./bounded-window.ts";
import { StepContext } from "./call-arguments.ts";
import type { Evaluation } from "./evaluation.ts";
import { seriesABatch } from "./instant-selector.ts";
import { derivedLabels } from "./metric-name.ts";
import { checkAfterDrop } from "./repeated-labels.ts";
import { hasValues, newSeries, setStep } from "./step-series.ts";
import { referenceTime } from "./steps.ts";
import {
  type RangeExpression,
  samplesBetween,
  type WindowSeries,
  type Windows,
  windowsOf,
} from "./windows.ts";
import { withoutParens } from "./without-parens.ts";

/** Functions whose result is a sample of the series still. */
const KEEP_NAME: ReadonlySet<string> = new Set(["last_over_time", "first_over_time"]);

/** A function of a range vector, at every step on the samples that the window of that step holds. */
export async function* callRangeFunction(
  evaluation: Evaluation,
  call: Call,
  compute: RangeFunction,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const keepsName = KEEP_NAME.has(call.name);
  const results = computeWindows(evaluation, call, compute, steps, keepsName);
  yield* keepsName ? results : checkAfterDrop(results, rangeArgument(call), evaluation);
}

/** The series of a range vector: 1 at each step whose window has a sample. */
export function presenceInWindows(evaluation: Evaluation, call: Call, steps: Steps): Vector {
  return computeWindows(evaluation, call, () => 1, steps, true);
}

function rangeArgument(call: Call): RangeExpression {
  const range = call.arguments
    .map(withoutParens)
    .find((argument) => argument.type === "matrixSelector" || argument.type === "subquery");
  if (range === undefined) throw new TypeError(`${call.name}() has no range vector`);
  return range;
}

async function* computeWindows(
  evaluation: Evaluation,
  call: Call,
  compute: RangeFunction,
  steps: Steps,
  keepsName: boolean,
): AsyncGenerator<readonly StepSeries[]> {
  const { budget } = evaluation;
  const most = seriesABatch(steps);
  const windows = windowsOf(evaluation, rangeArgument(call), steps);
  const chosen = windows.bounds === null ? compute : boundedFunction(windows.bounds, call.name);
  const context = await StepContext.of(evaluation, call, steps);
  for await (const batch of windows.series) {
    let results: StepSeries[] = [];
    for (const series of batch) {
      budget.ensureRoom((results.length + 1) * steps.count);
      context.metricName = series.labels.metricName;
      const { labels, dropsName } = keepsName ? series : derivedLabels(series, evaluation);
      const result = newSeries(labels, dropsName, steps.count);
      await slide(evaluation, series, windows, steps, chosen, context, result);
      if (hasValues(result)) results.push(result);
      if (results.length < most) continue;
      yield results;
      results = [];
    }
    if (results.length > 0) yield results;
  }
}

/** Moves a window over the samples; where that takes long, others get their turn. */
async function slide(
  { budget, lookbackDelta }: Evaluation,
  { samples }: WindowSeries,
  { reference, length, bounds }: Windows,
  steps: Steps,
  compute: RangeFunction,
  context: StepContext,
  result: StepSeries,
): Promise<void> {
  const { times, histograms } = samples;
  const window: Window = { samples, from: 0, to: 0, start: 0, end: 0 };
  let from = 0;
  let to = 0;
  for (let step = 0; step < steps.count; step++) {
    const end = referenceTime(reference, steps.start + step * steps.step);
    const start = end - length;
    while (to < times.length && (times[to] ?? 0) <= end) to++;
    while (from < to && (times[from] ?? 0) <= start) from++;
    window.from = from;
    window.to = to;
    window.start = start;
    window.end = end;
    if (bounds === null ? from === to : !widen(window, bounds, lookbackDelta)) continue;
    budget.touch(
      histograms === null ? window.to - window.from : samplesBetween(samples, window.from, window.to),
    );
    if (budget.isTurnOver) await budget.checkpoint();
    context.moveTo(step);
    setStep(result, step, compute(window, context));
  }
  budget.spend(steps.count);
}
