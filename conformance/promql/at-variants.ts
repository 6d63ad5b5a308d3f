import type { Expression } from "../../workers/monitoring/promql/ast.ts";

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

function dependsOnTime(expression: Expression): boolean {
  switch (expression.type) {
    case "call":
      return TIME_DEPENDENT.has(expression.name) || expression.arguments.some(dependsOnTime);
    case "aggregation":
      return (
        dependsOnTime(expression.expression) ||
        (expression.parameter !== null && dependsOnTime(expression.parameter))
      );
    case "binary":
      return dependsOnTime(expression.left) || dependsOnTime(expression.right);
    case "paren":
    case "unary":
      return dependsOnTime(expression.expression);
    default:
      return false;
  }
}

function pin(expression: Expression, time: number): Expression {
  switch (expression.type) {
    case "vectorSelector":
    case "subquery":
      return { ...expression, at: expression.at ?? time };
    case "matrixSelector":
      return { ...expression, selector: { ...expression.selector, at: expression.selector.at ?? time } };
    case "call":
      return { ...expression, arguments: expression.arguments.map((argument) => pin(argument, time)) };
    case "aggregation": {
      const { parameter } = expression;
      return {
        ...expression,
        expression: pin(expression.expression, time),
        parameter: parameter === null ? null : pin(parameter, time),
      };
    }
    case "binary":
      return { ...expression, left: pin(expression.left, time), right: pin(expression.right, time) };
    case "paren":
    case "unary":
      return { ...expression, expression: pin(expression.expression, time) };
    default:
      return expression;
  }
}
