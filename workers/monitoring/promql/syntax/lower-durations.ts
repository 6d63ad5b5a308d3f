import type { SyntaxNode } from "@lezer/common";
import type { DurationExpression, DurationOperation, NumberLiteral } from "../ast.ts";
import { isOutOfRange, parseDuration } from "./durations.ts";
import { parseNumber } from "./literals.ts";
import type { Source } from "./source.ts";
import type { Token } from "./tokens.ts";

const OPERATORS: Readonly<Record<string, DurationOperation["operator"]>> = {
  Add: "+",
  Sub: "-",
  Mul: "*",
  Div: "/",
  Mod: "%",
  Pow: "^",
  DurationMinOf: "min_of",
  DurationMaxOf: "max_of",
};

/** A number's or a duration's token; a duration is its seconds. */
export function lowerNumber(source: Source, token: Token): NumberLiteral {
  const isDuration = token.kind === "duration";
  const parsed = isDuration ? parseDuration(token.text) : parseNumber(token.text);
  if (typeof parsed !== "number") source.fail(parsed.problem, token);
  const { start, end } = token;
  return { type: "number", value: isDuration ? parsed / 1000 : parsed, isDuration, range: { start, end } };
}

/** What stands in a range's brackets or after `offset`. */
export function lowerDuration(source: Source, node: SyntaxNode): DurationExpression {
  const range = { start: node.from, end: node.to };
  const first = node.firstChild;
  if (first === null) return lowerParens(source, node);
  const second = first.nextSibling;
  switch (first.name) {
    case "NumberDurationLiteralInDurationContext": {
      const literal = lowerNumber(source, source.token(first));
      if (isOutOfRange(literal.value)) source.fail("duration out of range", literal.range);
      return literal;
    }
    case "UnaryOp":
      return second ? lowerSign(source, first, lowerDuration(source, second)) : source.failAt(node.to);
    case "DurationStep":
    case "DurationRange":
      return { type: "durationCall", name: first.name === "DurationStep" ? "step" : "range", range };
  }
  if (node.getChildren("DurationExpr").length === 1) return lowerParens(source, node);
  const [left, right] = node.getChildren("DurationExpr").map((child) => lowerDuration(source, child));
  const operator = OPERATORS[first.name] ?? OPERATORS[second?.name ?? ""];
  if (!left || !right || !operator) return source.failAt(node.to);
  if ((operator === "/" || operator === "%") && right.type === "number" && right.value === 0 && second) {
    const problem = operator === "/" ? "division by zero" : "modulo by zero";
    source.fail(problem, { start: second.from, end: second.to });
  }
  return { type: "durationOperation", operator, left, right, isInParens: false, range };
}

function lowerParens(source: Source, node: SyntaxNode): DurationExpression {
  const inner = node.getChild("DurationExpr");
  if (!inner) return source.failAt(node.from);
  const lowered = lowerDuration(source, inner);
  return lowered.type === "durationOperation" ? { ...lowered, isInParens: true } : lowered;
}

function lowerSign(source: Source, sign: SyntaxNode, operand: DurationExpression): DurationExpression {
  const isMinus = source.token(sign).text === "-";
  const range = { start: sign.from, end: operand.range.end };
  if (operand.type === "number")
    return { ...operand, value: isMinus ? -operand.value : operand.value, range };
  if (!isMinus) return operand;
  return { type: "durationOperation", operator: "-", left: null, right: operand, isInParens: false, range };
}
