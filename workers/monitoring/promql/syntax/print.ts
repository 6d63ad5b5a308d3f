import type { Binary, Expression } from "../ast.ts";
import { goQuote } from "./go-quote.ts";
import {
  printAggregator,
  printMatrixSelector,
  printNumber,
  printOperator,
  printSelector,
  printSubqueryRange,
} from "./print-parts.ts";

/**
 * An expression in the one form in one line that Prometheus prints it in.
 *
 * @example print(parse("sum(a)by(b)")) // "sum by (b) (a)"
 */
export function print(expression: Expression): string {
  switch (expression.type) {
    case "number":
      return printNumber(expression);
    case "string":
      return goQuote(expression.value);
    case "vectorSelector":
      return printSelector(expression);
    case "matrixSelector":
      return printMatrixSelector(expression);
    case "subquery":
      return print(expression.expression) + printSubqueryRange(expression);
    case "aggregation": {
      const parameter = expression.parameter ? `${print(expression.parameter)}, ` : "";
      return `${printAggregator(expression)}(${parameter}${print(expression.expression)})`;
    }
    case "binary":
      return `${printLeft(expression)} ${printOperator(expression)} ${print(expression.right)}`;
    case "call":
      return `${expression.name}(${expression.arguments.map(print).join(", ")})`;
    case "paren":
      return `(${print(expression.expression)})`;
    case "unary":
      return expression.operator + print(expression.expression);
  }
}

/** Infinity is printed with its sign, but before ^ a sign would be read as one of the power. */
function printLeft({ operator, left }: Binary): string {
  const printed = print(left);
  return operator === "^" && left.type === "number" ? printed.replace(/^\+/, "") : printed;
}

/** In bytes of UTF-8. */
const LINE_LENGTH = 100;

/**
 * An expression over as many lines as keep each within 100 bytes, where its parts can be parted (promql/parser/prettier.go).
 *
 * @example prettyPrint(parse("sum(a)by(b)")) // "sum by (b) (a)"
 */
export function prettyPrint(expression: Expression): string {
  return pretty(expression, 0);
}

function pretty(expression: Expression, level: number): string {
  const indent = "  ".repeat(level);
  const line = print(expression);
  const fits = new TextEncoder().encode(line).length <= LINE_LENGTH;
  switch (expression.type) {
    case "subquery":
      return fits ? line : pretty(expression.expression, level) + printSubqueryRange(expression);
    case "unary":
      return indent + expression.operator + pretty(expression.expression, level).trim();
  }
  if (fits) return indent + line;
  switch (expression.type) {
    case "aggregation": {
      const { parameter } = expression;
      const parts = parameter ? [parameter, expression.expression] : [expression.expression];
      return `${indent}${printAggregator(expression)}${prettyList(parts, level)}`;
    }
    case "binary": {
      const isNumber = expression.left.type === "number";
      const left = isNumber ? `${indent}  ${printLeft(expression)}` : pretty(expression.left, level + 1);
      const right = pretty(expression.right, level + 1);
      return `${left}\n${indent}${printOperator(expression)}\n${right}`;
    }
    case "call":
      return `${indent}${expression.name}${prettyList(expression.arguments, level)}`;
    case "paren":
      return indent + prettyList([expression.expression], level);
    default:
      return indent + line;
  }
}

function prettyList(expressions: readonly Expression[], level: number): string {
  const lines = expressions.map((expression) => pretty(expression, level + 1));
  return `(\n${lines.join(",\n")}\n${"  ".repeat(level)})`;
}
