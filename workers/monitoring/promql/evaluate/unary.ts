import type { Unary } from "../ast.ts";
import { negate } from "../histograms/arithmetic.ts";
import type { StepSeries, Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { derivedLabels } from "./metric-name.ts";
import { checkAfterDrop } from "./repeated-labels.ts";

/** A minus drops the metric's name; a plus does nothing at all. */
export async function* applyUnary(
  evaluation: Evaluation,
  { operator, expression }: Unary,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const vector = evaluation.vector(expression, steps);
  if (operator === "+") {
    yield* vector;
    return;
  }
  const negated = mapSeries(vector, (series) => ({
    ...derivedLabels(series, evaluation),
    kinds: series.kinds,
    values: series.values.map((value) => -value),
    histograms: series.histograms?.map((histogram) => histogram && negate(histogram)) ?? null,
  }));
  yield* checkAfterDrop(negated, expression, evaluation);
}
