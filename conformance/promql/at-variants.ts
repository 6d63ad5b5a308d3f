import type { Expression } from "../../workers/monitoring/promql/ast.ts";
import { childrenOf, withChildren } from "../../workers/monitoring/promql/syntax/children.ts";

/** Functions whose result may change with the time of evaluation though their argument does not (promql/functions.go). */
const TIME_DEPENDENT = new Set([
  "days_in_month",
  "day_of_month",
  "day_of_week",
  "day_of_year",
  "hour",
  "minute",
  "month",
  "year",
  "predict_linear",
  "start",
  "end",
  "range",
  "step",
  "time",
  "timestamp",
]);

/**
 * The expression with every selector and subquery pinned to a time by `@`, which makes its result the same at any
 * time of evaluation. Null: a function in it depends on that time all the same.
 */
export function pinToTime(expression: Expression, time: number): Expression | null {
  return dependsOnTime(expression) ? null : pin(expression, time);
}

/** The times at which a query that is pinned to `time` is evaluated besides. */
export function otherTimes(time: number): number[] {
  return time === 0 ? [-1000, 0, 1000] : [-10 * time, 0, Math.trunc(time / 5), time, 10 * time];
}

/** Of what stands within a subquery, that is asked nothing: it has times of its own. */
function dependsOnTime(expression: Expression): boolean {
  if (expression.type === "subquery") return false;
  return (
    (expression.type === "call" && TIME_DEPENDENT.has(expression.name)) ||
    childrenOf(expression).some(dependsOnTime)
  );
}

function pin(expression: Expression, time: number): Expression {
  return expression.type === "vectorSelector" || expression.type === "subquery"
    ? { ...expression, at: expression.at ?? time }
    : withChildren(expression, (child) => pin(child, time));
}
