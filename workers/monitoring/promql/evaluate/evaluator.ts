import type { Call, Expression } from "../ast.ts";
import { ELEMENT_FUNCTIONS, RANGE_FUNCTIONS, VECTOR_FUNCTIONS } from "../functions/tables.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import { aggregate } from "./aggregate.ts";
import { combineVectors } from "./binary.ts";
import type { Budget } from "./budget.ts";
import { callElementFunction } from "./element-call.ts";
import type { Evaluation } from "./evaluation.ts";
import { callInfo } from "./info.ts";
import { selectInstant } from "./instant-selector.ts";
import { mapSeries } from "./map-series.ts";
import { callRangeFunction } from "./range-call.ts";
import { evaluateScalar } from "./scalar.ts";
import { selectSmoothed } from "./smoothed-selector.ts";
import { isStepInvariant } from "./step-invariance.ts";
import { copyStep, newSeries, roomOf } from "./step-series.ts";
import { scalarVector } from "./time-vector.ts";
import { callTimestamp } from "./timestamp.ts";
import { applyUnary } from "./unary.ts";
import { callVectorFunction } from "./vector-call.ts";
import { withoutParens } from "./without-parens.ts";

type Shared = Omit<Evaluation, "vector" | "scalar">;

/**
 * Evaluates expressions for all steps of a query at once (Prometheus: promql/engine.go, evaluator). Vectors are made
 * as they are asked for, one batch of series after the other; what is the same at every step is evaluated once.
 */
export function newEvaluation(shared: Shared): Evaluation {
  const { budget } = shared;
  const inHand = new Set<readonly StepSeries[]>();
  const evaluation: Evaluation = {
    ...shared,
    vector(expression, steps) {
      if (steps.count === 0) return noSeries();
      budget.ensureRoom(steps.count);
      const vector =
        steps.count > 1 && isStepInvariant(expression)
          ? repeat(evaluateVector(evaluation, expression, { ...steps, count: 1 }), steps.count)
          : evaluateVector(evaluation, expression, steps);
      return held(vector, budget, inHand);
    },
    async scalar(expression, steps) {
      budget.ensureRoom(steps.count);
      budget.spend(steps.count);
      await budget.checkpoint();
      return evaluateScalar(evaluation, expression, steps);
    },
  };
  return evaluation;
}

/**
 * Each batch counts as held while it is worked on, and what it took as work done.
 *
 * @param inHand the batches that are worked on: one that is passed on as it came counts once
 */
async function* held(
  vector: Vector,
  budget: Budget,
  inHand: Set<readonly StepSeries[]>,
): AsyncGenerator<readonly StepSeries[]> {
  for await (const batch of vector) {
    const room = inHand.has(batch) ? 0 : batch.reduce((sum, series) => sum + roomOf(series), 0);
    budget.spend(room + batch.length);
    await budget.checkpoint();
    if (room === 0) {
      yield batch;
      continue;
    }
    budget.hold(room);
    inHand.add(batch);
    yield batch;
    inHand.delete(batch);
    budget.release(room);
  }
}

async function* noSeries(): AsyncGenerator<readonly StepSeries[]> {}

function repeat(vector: Vector, count: number): Vector {
  return mapSeries(vector, (series) => {
    const repeated = newSeries(series.labels, series.dropsName, count);
    copyStep(series, repeated, 0);
    repeated.kinds.fill(repeated.kinds[0] ?? 0);
    repeated.values.fill(repeated.values[0] ?? 0);
    repeated.histograms?.fill(repeated.histograms[0] ?? null);
    return repeated;
  });
}

function evaluateVector(evaluation: Evaluation, expression: Expression, steps: Steps): Vector {
  switch (expression.type) {
    case "vectorSelector":
      return expression.bounds === "smoothed"
        ? selectSmoothed(evaluation, expression, steps)
        : selectInstant(evaluation, expression, steps);
    case "aggregation":
      return aggregate(evaluation, expression, steps);
    case "binary":
      return combineVectors(evaluation, expression, steps);
    case "call":
      return callFunction(evaluation, expression, steps);
    case "paren":
      return evaluation.vector(expression.expression, steps);
    case "unary":
      return applyUnary(evaluation, expression, steps);
    default:
      throw new TypeError(`${expression.type} is no instant vector`);
  }
}

function callFunction(evaluation: Evaluation, call: Call, steps: Steps): Vector {
  const { name } = call;
  if (name === "timestamp") return callTimestamp(evaluation, call, steps);
  if (name === "vector") return callVector(evaluation, call, steps);
  if (name === "info") return callInfo(evaluation, call, steps);
  const ofRange = RANGE_FUNCTIONS.get(name);
  if (ofRange) return callRangeFunction(evaluation, call, ofRange, steps);
  const ofElement = ELEMENT_FUNCTIONS.get(name);
  if (ofElement) return callElementFunction(evaluation, call, ofElement, steps);
  const ofVector = VECTOR_FUNCTIONS.get(name);
  if (ofVector) return callVectorFunction(evaluation, call, ofVector, steps);
  throw new TypeError(`There is no function ${name}()`);
}

async function* callVector(
  evaluation: Evaluation,
  { arguments: [argument] }: Call,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  if (argument) yield* scalarVector(await evaluation.scalar(withoutParens(argument), steps));
}
