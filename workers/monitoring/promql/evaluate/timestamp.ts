import type { Call } from "../ast.ts";
import { ABSENT, FLOAT, type StepSeries, type Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { selectInstant } from "./instant-selector.ts";
import { mapSeries } from "./map-series.ts";
import { derivedLabels } from "./metric-name.ts";
import { checkAfterDrop } from "./repeated-labels.ts";
import { newSeries } from "./step-series.ts";
import { timesInSeconds } from "./time-vector.ts";
import { withoutParens } from "./without-parens.ts";

/** When each element was taken: of a selector the sample's own time, of anything computed the time of the step. */
export async function* callTimestamp(
  evaluation: Evaluation,
  { arguments: [written] }: Call,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  if (written === undefined) return;
  const argument = withoutParens(written);
  const isSelector = argument.type === "vectorSelector";
  const now = timesInSeconds(steps);
  const vector = isSelector
    ? selectInstant(evaluation, argument, steps, "time")
    : evaluation.vector(argument, steps);
  const times = mapSeries(vector, (series) => {
    const { labels, dropsName } = derivedLabels(series, evaluation);
    const result = newSeries(labels, dropsName, steps.count);
    for (let step = 0; step < steps.count; step++) {
      if (series.kinds[step] === ABSENT) continue;
      result.kinds[step] = FLOAT;
      result.values[step] = (isSelector ? series.values : now)[step] ?? 0;
    }
    return result;
  });
  yield* checkAfterDrop(times, argument, evaluation);
}
