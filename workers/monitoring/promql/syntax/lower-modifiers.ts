import type { SyntaxNode } from "@lezer/common";
import { plainNumberText } from "../../model/number-text.ts";
import type { DurationExpression, Expression, VectorSelector } from "../ast.ts";
import { lowerDuration, lowerNumber } from "./lower-durations.ts";
import type { Source } from "./source.ts";

const RANGES_ONLY = "ranges only allowed for vector selectors";
const MAX_SECONDS = 2 ** 63;

/** What stands behind an operand: a range, `offset`, `@`, `anchored` or `smoothed`. */
export function lowerSuffix(source: Source, node: SyntaxNode, operand: Expression): Expression {
  switch (node.name) {
    case "MatrixSelector":
      return lowerRange(source, node, operand);
    case "SubqueryExpr":
      return lowerSubquery(source, node, operand);
    case "OffsetExpr":
      return lowerOffset(source, node, operand);
    case "StepInvariantExpr":
      return lowerAt(source, node, operand);
    default:
      return lowerBounds(source, node, operand);
  }
}

function lowerRange(source: Source, node: SyntaxNode, operand: Expression): Expression {
  const window = positiveDuration(source, node.getChildren("DurationExpr")[0], node);
  const range = { start: operand.range.start, end: node.to };
  const fail = (problem: string) => source.fail(problem, { start: bracketOf(source, node), end: node.to });
  if (operand.type !== "vectorSelector") return fail(RANGES_ONLY);
  if (operand.offset !== 0) return fail("no offset modifiers allowed before range");
  if (operand.at !== null) return fail("no @ modifiers allowed before range");
  const isNumber = window.type === "number";
  return {
    type: "matrixSelector",
    selector: operand,
    window: isNumber ? milliseconds(window.value) : Number.NaN,
    ...(isNumber ? {} : { windowExpression: window }),
    range,
  };
}

function lowerSubquery(source: Source, node: SyntaxNode, operand: Expression): Expression {
  const [windowNode, stepNode] = node.getChildren("DurationExpr");
  const window = positiveDuration(source, windowNode, node);
  const step = stepNode ? positiveDuration(source, stepNode, node) : null;
  return {
    type: "subquery",
    expression: operand,
    window: window.type === "number" ? milliseconds(window.value) : Number.NaN,
    ...(window.type === "number" ? {} : { windowExpression: window }),
    step: step === null ? null : step.type === "number" ? milliseconds(step.value) : Number.NaN,
    ...(step === null || step.type === "number" ? {} : { stepExpression: step }),
    offset: 0,
    at: null,
    range: { start: operand.range.start, end: node.to },
  };
}

function lowerOffset(source: Source, node: SyntaxNode, operand: Expression): Expression {
  const duration = node.lastChild && lowerDuration(source, node.lastChild);
  if (duration === null) return source.failAt(node.to);
  const shift =
    duration.type === "number"
      ? { offset: milliseconds(duration.value) }
      : { offset: Number.NaN, offsetExpression: duration };
  return shifted(source, node, operand, "offset", ({ offset }) => {
    if (offset !== 0) source.fail("offset may not be set multiple times", operand.range);
    return shift;
  });
}

function lowerAt(source: Source, node: SyntaxNode, operand: Expression): Expression {
  const last = node.lastChild;
  const preprocessor = node.getChild("AtModifierPreprocessors")?.firstChild?.name;
  const at =
    preprocessor === undefined && last
      ? lowerTimestamp(source, last, operand)
      : preprocessor === "AtStart"
        ? "start"
        : "end";
  return shifted(source, node, operand, "@", (shift) => {
    if (shift.at !== null) source.fail("@ <timestamp> may not be set multiple times", operand.range);
    return { at };
  });
}

function lowerTimestamp(source: Source, node: SyntaxNode, operand: Expression): number {
  const sign = source.token(node).text;
  const isSigned = sign === "-" || sign === "+";
  const { value } = lowerNumber(source, source.token(node, isSigned ? 1 : 0));
  const seconds = sign === "-" ? -value : value;
  if (!(Math.abs(seconds) < MAX_SECONDS)) {
    const written = Number.isFinite(seconds)
      ? `${plainNumberText(seconds)}.000000`
      : plainNumberText(seconds);
    source.fail(`timestamp out of bounds for @ modifier: ${written}`, operand.range);
  }
  return Math.round(seconds * 1000);
}

type Shift = Pick<VectorSelector, "offset" | "at">;
type Change = { at: Shift["at"] } | { offset: number; offsetExpression?: DurationExpression };

/** The operand with `change` made where its shift in time is kept. */
function shifted(
  source: Source,
  node: SyntaxNode,
  operand: Expression,
  modifier: "offset" | "@",
  change: (shift: Shift) => Change,
): Expression {
  const range = { start: operand.range.start, end: node.to };
  if (operand.type === "matrixSelector")
    return { ...operand, selector: { ...operand.selector, ...change(operand.selector) }, range };
  if (operand.type === "vectorSelector" || operand.type === "subquery")
    return { ...operand, ...change(operand), range };
  const allowed = "an instant vector selector or range vector selector or a subquery";
  return source.fail(`${modifier} modifier must be preceded by ${allowed}`, operand.range);
}

function lowerBounds(source: Source, node: SyntaxNode, operand: Expression): Expression {
  const bounds = node.name === "AnchoredExpr" ? "anchored" : "smoothed";
  const range = { start: operand.range.start, end: node.to };
  const bounded = (selector: VectorSelector): VectorSelector => {
    if (selector.bounds !== undefined && selector.bounds !== bounds)
      source.fail("anchored and smoothed modifiers cannot be used together", operand.range);
    return { ...selector, bounds };
  };
  if (operand.type === "vectorSelector") return { ...bounded(operand), range };
  if (operand.type === "matrixSelector") return { ...operand, selector: bounded(operand.selector), range };
  const why = operand.type === "subquery" ? "is not supported for subqueries" : "not implemented";
  return source.fail(`${bounds} modifier ${why}`, operand.range);
}

function positiveDuration(
  source: Source,
  node: SyntaxNode | undefined,
  parent: SyntaxNode,
): DurationExpression {
  if (!node) return source.failAt(parent.to);
  const duration = lowerDuration(source, node);
  if (duration.type === "number" && !(duration.value > 0))
    source.fail("duration must be greater than 0", duration.range);
  return duration;
}

function bracketOf(source: Source, node: SyntaxNode): number {
  const duration = node.getChild("DurationExpr");
  const before = source.tokens.findLast(({ text, start }) => text === "[" && start < (duration?.from ?? 0));
  return before?.start ?? node.from;
}

/** As Go makes a duration of seconds: nanoseconds first, whose remainder is dropped. */
function milliseconds(seconds: number): number {
  return Math.trunc(Math.round(seconds * 1e9) / 1e6);
}
