import type { Binary } from "../ast.ts";
import { isSetOperator, valueType } from "../syntax/value-type.ts";
import type { StepSeries, Steps } from "../values.ts";
import { BinaryOperation, type Operand } from "./binary-operation.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { derivedLabels } from "./metric-name.ts";
import { checkAfterDrop } from "./repeated-labels.ts";
import { applySetOperator } from "./set-operation.ts";
import { newSeries } from "./step-series.ts";
import { matchVectors } from "./vector-matching.ts";

/** A binary operator of which at least one side is a vector. */
export async function* combineVectors(
  evaluation: Evaluation,
  node: Binary,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const { operator, matching } = node;
  if (matching === null) yield* withScalar(evaluation, node, steps);
  else if (isSetOperator(operator)) yield* applySetOperator(evaluation, node, matching, steps);
  else yield* matchVectors(evaluation, node, matching, steps);
}

async function* withScalar(
  evaluation: Evaluation,
  node: Binary,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const scalarIsLeft = valueType(node.left) === "scalar";
  const [scalar, vector] = scalarIsLeft ? [node.left, node.right] : [node.right, node.left];
  const values = await evaluation.scalar(scalar, steps);
  const operand: Operand = { kinds: null, values, histograms: null };
  const operation = new BinaryOperation(node, evaluation, scalarIsLeft);
  const results = mapSeries(evaluation.vector(vector, steps), (series) => {
    const { labels, dropsName } = operation.derives ? derivedLabels(series, evaluation) : series;
    const result = newSeries(labels, dropsName, steps.count);
    if (scalarIsLeft) operation.apply(operand, series, result);
    else operation.apply(series, operand, result);
    return result;
  });
  yield* operation.derives ? checkAfterDrop(results, vector, evaluation) : results;
}
