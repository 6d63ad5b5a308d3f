import { describe, expect, it } from "vitest";
import type { Expression } from "../../../../../workers/monitoring/promql/ast.ts";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";

/** A tree in as few words as show its shape. */
function shape(expression: Expression): string {
  switch (expression.type) {
    case "number":
      return String(expression.value);
    case "string":
      return JSON.stringify(expression.value);
    case "vectorSelector":
      return `${expression.name ?? "{}"}${shift(expression)}`;
    case "matrixSelector":
      return `${shape(expression.selector)}[${expression.window}]`;
    case "subquery":
      return `${shape(expression.expression)}[${expression.window}:${expression.step}]${shift(expression)}`;
    case "aggregation":
      return `${expression.operator}(${shape(expression.expression)})`;
    case "call":
      return `${expression.name}(${expression.arguments.map(shape).join(", ")})`;
    case "paren":
      return shape(expression.expression);
    case "unary":
      return `(${expression.operator}${shape(expression.expression)})`;
    case "binary":
      return `(${shape(expression.left)} ${expression.operator} ${shape(expression.right)})`;
  }
}

function shift({ offset, at }: { offset: number; at: number | "start" | "end" | null }): string {
  return `${at === null ? "" : `@${at}`}${offset === 0 ? "" : `~${offset}`}`;
}

describe("how operators bind", () => {
  it.each([
    ["a + b * c ^ d ^ e", "(a + (b * (c ^ (d ^ e))))"],
    ["a - b - c", "((a - b) - c)"],
    ["a or b and c unless d", "(a or ((b and c) unless d))"],
    ["a == b + c", "(a == (b + c))"],
    ["a atan2 b * c", "((a atan2 b) * c)"],
    ["-a ^ b", "(-(a ^ b))"],
    ["-1 ^ 2", "(-(1 ^ 2))"],
    ["2 ^ -1", "(2 ^ -1)"],
    ["-a * b", "((-a) * b)"],
    ["a - -b", "(a - (-b))"],
    ["- - 3", "3"],
    ["a + b offset 5m * c", "(a + (b~300000 * c))"],
    ["-a offset 5m", "(-a~300000)"],
    ["a ^ b @ 12.5", "(a ^ b@12500)"],
    ["a </ 2 >/ 1", "((a </ 2) >/ 1)"],
    ["a * max_over_time(b[5m:] @ end())", "(a * max_over_time(b[300000:null]@end))"],
    ["(a + b) * c", "((a + b) * c)"],
  ])("%s", (query, expected) => {
    expect(shape(parse(query))).toBe(expected);
  });
});

describe("numbers", () => {
  it.each([
    ["0x_1F", 31],
    ["0x1_f", 31],
    ["1_000_000", 1_000_000],
    ["017", 15],
    ["089", 89],
    ["1.", 1],
    [".5e-3", 0.0005],
    ["1e6", 1_000_000],
    ["+Inf", Number.POSITIVE_INFINITY],
    ["-iNf", Number.NEGATIVE_INFINITY],
    ["NaN", Number.NaN],
    ["1h30m", 5400],
    ["1y2w3d4h5m6s7ms", 365 * 86_400 + 14 * 86_400 + 3 * 86_400 + 4 * 3600 + 306.007],
    ["9223372036854775808", 2 ** 63],
  ])("%s", (query, value) => {
    expect(parse(query)).toMatchObject({ type: "number", value });
  });
});
