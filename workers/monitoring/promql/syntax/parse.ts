import type { SyntaxNode } from "@lezer/common";
import type { Expression } from "../ast.ts";
import { Check } from "./check.ts";
import { Lowering } from "./lower.ts";
import { Source } from "./source.ts";
import { firstError } from "./tree.ts";

/**
 * A query's syntax tree, its types checked.
 *
 * @example parse("sum by (job) (rate(http_requests_total[5m]))").type // "aggregation"
 * @throws PromqlSyntaxError with what Prometheus says of the first fault
 */
export function parse(query: string): Expression {
  const source = new Source(query);
  const { expression, matchings } = lower(source);
  new Check(source, matchings).expression(expression);
  return expression;
}

function lower(source: Source): { expression: Expression; matchings: Lowering["matchings"] } {
  const lowering = new Lowering(source);
  const faulty = firstError(source.root);
  const root = source.root.firstChild;
  if (source.tokens[0]?.kind === "end") source.fail("no expression found in input", { start: 0, end: 0 });
  if (faulty || !root) return failBefore(source, lowering, faulty ?? source.root);
  const expression = lowering.expression(root);
  if (source.fault) source.failAt(source.query.length);
  return { expression, matchings: lowering.matchings };
}

/** What is complete before the first fault was read before it: its own faults come first. */
function failBefore(source: Source, lowering: Lowering, faulty: SyntaxNode): never {
  const path: SyntaxNode[] = [];
  for (let node: SyntaxNode | null = faulty; node; node = node.parent) path.push(node);
  for (const node of path.toReversed()) {
    for (const sibling of siblingsBefore(node)) {
      const endsCall = sibling.name === "FunctionCallBody" && node.from === faulty.from;
      const whole = endsCall ? sibling.parent : sibling;
      if (whole) lowering.part(whole);
    }
  }
  return source.failAt(faulty.from);
}

function siblingsBefore(node: SyntaxNode): SyntaxNode[] {
  const siblings: SyntaxNode[] = [];
  for (let sibling = node.prevSibling; sibling; sibling = sibling.prevSibling) siblings.push(sibling);
  return siblings.reverse();
}
