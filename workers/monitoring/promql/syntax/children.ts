import type { Expression } from "../ast.ts";

/** The expressions directly within an expression, in the order of the text; a range selector's selector is one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case "matrixSelector":
      return [expression.selector];
    case "aggregation":
      return expression.parameter ? [expression.parameter, expression.expression] : [expression.expression];
    case "binary":
      return [expression.left, expression.right];
    case "call":
      return expression.arguments;
    case "subquery":
    case "paren":
    case "unary":
      return [expression.expression];
    default:
      return [];
  }
}

/** The expression with each of its children replaced; itself if none of them is another. */
export function withChildren(expression: Expression, change: (child: Expression) => Expression): Expression {
  const children = childrenOf(expression);
  const changed = children.map(change);
  if (changed.every((child, index) => child === children[index])) return expression;
  const [first, second] = changed;
  if (first === undefined) return expression;
  switch (expression.type) {
    case "matrixSelector":
      return first.type === "vectorSelector" ? { ...expression, selector: first } : expression;
    case "aggregation":
      return second
        ? { ...expression, parameter: first, expression: second }
        : { ...expression, expression: first };
    case "binary":
      return second ? { ...expression, left: first, right: second } : expression;
    case "call":
      return { ...expression, arguments: changed };
    case "subquery":
    case "paren":
    case "unary":
      return { ...expression, expression: first };
    default:
      return expression;
  }
}
