import type { SyntaxNode } from "@lezer/common";
import type { BinaryOperator } from "../ast.ts";

/** An expression's parts in the order of the text: signs, operands, what stands behind operands, operators. */
export interface Part {
  readonly role: "sign" | "operand" | "suffix" | "operator";
  readonly node: SyntaxNode;
}

const SUFFIXED = new Set([
  "OffsetExpr",
  "StepInvariantExpr",
  "MatrixSelector",
  "SubqueryExpr",
  "AnchoredExpr",
  "SmoothedExpr",
]);

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  "<=": 3,
  "<": 3,
  ">=": 3,
  ">": 3,
  "</": 3,
  ">/": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  atan2: 5,
  "^": 6,
};
/** The only operator that binds more closely than a sign, and that groups from the right. */
const POWER = 6;

/** Reads an expression's parts off the tree, whose own nesting says nothing about which operator binds more closely. */
function partsOf(root: SyntaxNode): Part[] {
  const parts: Part[] = [];
  const pending: Part[] = [{ role: "operand", node: root }];
  for (let part = pending.pop(); part; part = pending.pop()) {
    const { node, role } = part;
    const [first, last] = [node.firstChild, node.lastChild];
    if (role !== "operand" || !first || !last) parts.push(part);
    else if (node.name === "BinaryExpr")
      pending.push({ role, node: last }, { role: "operator", node }, { role, node: first });
    else if (node.name === "UnaryExpr") pending.push({ role, node: last }, { role: "sign", node });
    else if (SUFFIXED.has(node.name)) pending.push({ role: "suffix", node }, { role, node: first });
    else parts.push(part);
  }
  return parts;
}

/** What is made of an expression's parts. */
export interface Builder<T> {
  operand(node: SyntaxNode): T;
  sign(node: SyntaxNode, operand: T): T;
  suffix(node: SyntaxNode, operand: T): T;
  operator(node: SyntaxNode, left: T, right: T): T;
  operatorOf(node: SyntaxNode): BinaryOperator;
  /** Whether a number's node begins with a sign. */
  isSigned(node: SyntaxNode): boolean;
}

/** Builds an expression by Prometheus' precedences (promql/parser/generated_parser.y). */
export function buildExpression<T>(root: SyntaxNode, builder: Builder<T>): T {
  const parts = partsOf(root);
  let at = 0;
  return chain(0);

  function chain(least: number, first = operand()): T {
    let left = first;
    for (;;) {
      const part = parts[at];
      if (part?.role !== "operator") return left;
      const precedence = PRECEDENCE[builder.operatorOf(part.node)];
      if (precedence < least) return left;
      at++;
      left = builder.operator(part.node, left, chain(precedence === POWER ? POWER : precedence + 1));
    }
  }

  function operand(): T {
    const part = parts[at++];
    if (part === undefined) return builder.operand(root);
    if (part.role === "sign") return builder.sign(part.node, chain(POWER));
    const value = suffixed(builder.operand(part.node));
    return builder.isSigned(part.node) ? builder.sign(part.node, chain(POWER, value)) : value;
  }

  function suffixed(operand: T): T {
    let value = operand;
    for (let part = parts[at]; part?.role === "suffix"; part = parts[at]) {
      at++;
      value = builder.suffix(part.node, value);
    }
    return value;
  }
}
