import type { Call } from "../ast.ts";
import type { ElementFunction } from "../functions/function.ts";
import { valueType } from "../syntax/value-type.ts";
import { ABSENT, type StepSeries, type Steps, type Vector } from "../values.ts";
import { StepContext } from "./call-arguments.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { derivedLabels } from "./metric-name.ts";
import { checkAfterDrop } from "./repeated-labels.ts";
import { newSeries, setStep } from "./step-series.ts";
import { timeVector } from "./time-vector.ts";

/** A function of each element of an instant vector; of the time where it may stand without one, such as hour(). */
export async function* callElementFunction(
  evaluation: Evaluation,
  call: Call,
  compute: ElementFunction,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const argument = call.arguments.find((it) => valueType(it) === "vector");
  const context = await StepContext.of(evaluation, call, steps);
  const vector: Vector = argument ? evaluation.vector(argument, steps) : timeVector(steps);
  const mapped = mapSeries(vector, (series) => {
    const { labels, dropsName } = derivedLabels(series, evaluation);
    const result = newSeries(labels, dropsName, steps.count);
    context.metricName = series.labels.metricName;
    const { kinds, values, histograms } = series;
    for (let step = 0; step < steps.count; step++) {
      if (kinds[step] === ABSENT) continue;
      context.moveTo(step);
      setStep(result, step, compute(values[step] ?? 0, histograms?.[step] ?? null, context));
    }
    return result;
  });
  yield* argument ? checkAfterDrop(mapped, argument, evaluation) : mapped;
}
