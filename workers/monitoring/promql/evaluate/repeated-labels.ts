import { METRIC_NAME } from "../../model/labels.ts";
import type { Expression } from "../ast.ts";
import { ELEMENT_FUNCTIONS, RANGE_FUNCTIONS } from "../functions/tables.ts";
import { ABSENT, type StepSeries, type Vector } from "../values.ts";
import type { Budget } from "./budget.ts";
import type { Evaluation } from "./evaluation.ts";
import { QueryError } from "./query-error.ts";
import { copyStep, newSeries, roomOf, roomOfKinds } from "./step-series.ts";
import { StepSet } from "./step-set.ts";

/**
 * Where names are dropped, two series may come to have the same labels. Within a vector that is allowed as long as
 * no step has a value in both: they are one series in two pieces.
 *
 * Whether it cannot happen to the value of an expression.
 */
export function neverRepeats(
  expression: Expression,
  evaluation: Pick<Evaluation, "delayedNameRemoval">,
): boolean {
  switch (expression.type) {
    case "vectorSelector":
      return true;
    case "aggregation":
      return expression.parameter === null || neverRepeats(expression.expression, evaluation);
    case "paren":
      return neverRepeats(expression.expression, evaluation);
    case "call":
      return (
        RANGE_FUNCTIONS.has(expression.name) && (evaluation.delayedNameRemoval || isOfOneMetric(expression))
      );
    default:
      return false;
  }
}

/** Whether all series of an expression's value are of one metric: dropping its name leaves them distinct. */
function isOfOneMetric(expression: Expression): boolean {
  switch (expression.type) {
    case "vectorSelector":
      return expression.matchers.some(({ name, operator }) => name === METRIC_NAME && operator === "=");
    case "matrixSelector":
      return isOfOneMetric(expression.selector);
    case "paren":
    case "unary":
    case "subquery":
      return isOfOneMetric(expression.expression);
    case "call":
      return (
        (RANGE_FUNCTIONS.has(expression.name) || ELEMENT_FUNCTIONS.has(expression.name)) &&
        expression.arguments.some(isOfOneMetric)
      );
    default:
      return false;
  }
}

/** Passes a vector on. @throws QueryError where two of its series have the same labels and a value at the same step */
export async function* rejectRepeated(vector: Vector, budget: Budget): AsyncGenerator<readonly StepSeries[]> {
  const seen = new Map<string, StepSet>();
  let held = 0;
  for await (const batch of vector) {
    for (const { labels, kinds } of batch) {
      const steps = seen.get(labels.key);
      if (steps !== undefined) {
        if (!steps.add(kinds)) throw QueryError.repeatedLabels();
        continue;
      }
      const room = roomOfKinds(kinds.length);
      budget.hold(room);
      held += room;
      seen.set(labels.key, new StepSet(kinds));
    }
    yield batch;
  }
  budget.release(held);
}

/** Passes on what was made from the value of an expression, of which the metrics' names were dropped just now. */
export function checkAfterDrop(
  vector: Vector,
  expression: Expression,
  { delayedNameRemoval, budget }: Pick<Evaluation, "delayedNameRemoval" | "budget">,
): Vector {
  return delayedNameRemoval || isOfOneMetric(expression) ? vector : rejectRepeated(vector, budget);
}

/** Makes one series of all pieces with the same labels. @throws QueryError as {@link rejectRepeated} */
export async function* mergeRepeated(
  vector: Vector,
  { budget }: Pick<Evaluation, "budget">,
): AsyncGenerator<readonly StepSeries[]> {
  const merged = new Map<string, StepSeries>();
  let held = 0;
  for await (const batch of vector) {
    for (const series of batch) {
      const samples = roomOf(series);
      budget.hold(samples);
      held += samples;
      const other = merged.get(series.labels.key);
      merged.set(series.labels.key, other === undefined ? series : joined(other, series));
    }
  }
  yield [...merged.values()];
  budget.release(held);
}

function joined(one: StepSeries, other: StepSeries): StepSeries {
  if (overlap(one.kinds, other.kinds)) throw QueryError.repeatedLabels();
  const series = newSeries(one.labels, one.dropsName || other.dropsName, one.kinds.length);
  for (let step = 0; step < one.kinds.length; step++) {
    copyStep(one, series, step);
    copyStep(other, series, step);
  }
  return series;
}

function overlap(one: Uint8Array, other: Uint8Array): boolean {
  for (let step = 0; step < one.length; step++) {
    if (one[step] !== ABSENT && other[step] !== ABSENT) return true;
  }
  return false;
}
