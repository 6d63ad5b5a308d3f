import type { BinaryOperator, Expression, ValueType } from "../ast.ts";
import { SIGNATURES } from "../functions/signatures.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", ">", "<", ">=", "<="]);
const SETS: ReadonlySet<string> = new Set(["and", "or", "unless"]);

export function isComparison(operator: BinaryOperator): boolean {
  return COMPARISONS.has(operator);
}

export function isSetOperator(operator: BinaryOperator): boolean {
  return SETS.has(operator);
}

/** What an expression evaluates to; of one that is not well typed, what Prometheus takes it for. */
export function valueType(expression: Expression): ValueType {
  switch (expression.type) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "matrixSelector":
    case "subquery":
      return "matrix";
    case "call":
      return SIGNATURES.get(expression.name)?.returns ?? "vector";
    case "paren":
    case "unary":
      return valueType(expression.expression);
    case "binary": {
      const areScalars = valueType(expression.right) === "scalar" && valueType(expression.left) === "scalar";
      return areScalars ? "scalar" : "vector";
    }
    default:
      return "vector";
  }
}

/** A type as Prometheus' errors name it. */
export function typeName(type: ValueType): string {
  if (type === "vector") return "instant vector";
  return type === "matrix" ? "range vector" : type;
}
