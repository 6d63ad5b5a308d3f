import type { Expression } from "../ast.ts";

/** Functions that look at the time of a step beside their arguments. */
const DEPEND_ON_STEP: ReadonlySet<string> = new Set([
  ...["time", "timestamp", "predict_linear"],
  ...["days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year"],
]);

/** Whether an expression has the same value at every step, so that it need be evaluated at one only. */
export function isStepInvariant(expression: Expression): boolean {
  switch (expression.type) {
    case "number":
    case "string":
      return true;
    case "vectorSelector":
    case "subquery":
      return expression.at !== null;
    case "matrixSelector":
      return isStepInvariant(expression.selector);
    case "aggregation":
      return (
        isStepInvariant(expression.expression) &&
        (expression.parameter === null || isStepInvariant(expression.parameter))
      );
    case "binary":
      return isStepInvariant(expression.left) && isStepInvariant(expression.right);
    case "call":
      return !DEPEND_ON_STEP.has(expression.name) && expression.arguments.every(isStepInvariant);
    case "paren":
    case "unary":
      return isStepInvariant(expression.expression);
  }
}
