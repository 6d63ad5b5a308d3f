import type { Expression } from "../ast.ts";

export function withoutParens(expression: Expression): Expression {
  return expression.type === "paren" ? withoutParens(expression.expression) : expression;
}
