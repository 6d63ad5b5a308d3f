import type { Matcher } from "../../model/matcher.ts";
import { plainNumberText } from "../../model/number-text.ts";
import type { Expression, TimeShift, VectorSelector } from "../ast.ts";
import type { Signature } from "../functions/function.ts";
import { SIGNATURES } from "../functions/signatures.ts";

/** A node of the tree that /api/v1/parse_query answers. */
type JsonNode = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The tree as Prometheus writes it for its query page (web/api/v1/translate_ast.go); durations in milliseconds. */
export function toJson(expression: Expression): JsonNode {
  switch (expression.type) {
    case "number":
      return { type: "numberLiteral", val: plainNumberText(expression.value) };
    case "string":
      return { type: "stringLiteral", val: expression.value };
    case "vectorSelector":
      return { type: "vectorSelector", ...selectorJson(expression) };
    case "matrixSelector":
      return {
        type: "matrixSelector",
        ...selectorJson(expression.selector),
        range: known(expression.window),
      };
    case "subquery":
      return {
        type: "subquery",
        expr: toJson(expression.expression),
        range: known(expression.window),
        step: known(expression.step ?? 0),
        alignEvalTime: false,
        ...shiftJson(expression),
      };
    case "aggregation":
      return {
        type: "aggregation",
        op: expression.operator,
        expr: toJson(expression.expression),
        param: expression.parameter && toJson(expression.parameter),
        grouping: expression.grouping,
        without: expression.without,
      };
    case "binary":
      return binaryJson(expression);
    case "call":
      return {
        type: "call",
        func: functionJson(SIGNATURES.get(expression.name), expression.name),
        args: expression.arguments.map(toJson),
      };
    case "paren":
      return { type: "parenExpr", expr: toJson(expression.expression) };
    case "unary":
      return { type: "unaryExpr", op: expression.operator, expr: toJson(expression.expression) };
  }
}

function binaryJson(expression: Expression & { type: "binary" }): JsonNode {
  const { operator, left, right, returnsBool, matching } = expression;
  return {
    type: "binaryExpr",
    op: operator,
    lhs: toJson(left),
    rhs: toJson(right),
    matching: matching && {
      card: matching.cardinality,
      labels: matching.labels,
      on: matching.on,
      include: matching.include,
      fillValues: { lhs: matching.fillLeft, rhs: matching.fillRight },
    },
    bool: returnsBool,
  };
}

function functionJson(signature: Signature | undefined, name: string) {
  const { arguments: argTypes = [], optional: variadic = 0, returns = "vector" } = signature ?? {};
  return { name, argTypes, variadic, returnType: returns };
}

function selectorJson(selector: VectorSelector) {
  return {
    name: selector.name ?? "",
    matchers: selector.matchers.map(matcherJson),
    anchored: selector.bounds === "anchored",
    smoothed: selector.bounds === "smoothed",
    ...shiftJson(selector),
  };
}

function matcherJson({ name, operator, value }: Matcher) {
  return { name, value, type: operator };
}

function shiftJson({ offset, at }: TimeShift) {
  return {
    offset: known(offset),
    timestamp: typeof at === "number" ? at : null,
    startOrEnd: typeof at === "string" ? at : null,
  };
}

/** A duration that only the query's step and range decide is 0, as in Prometheus. */
function known(milliseconds: number): number {
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}
