import type { SyntaxNode } from "@lezer/common";
import { METRIC_NAME } from "../../model/labels.ts";
import { type Matcher, type MatchOperator, matcher } from "../../model/matcher.ts";
import { RegexError } from "../../model/regex.ts";
import type { VectorSelector } from "../ast.ts";
import { unquote } from "./literals.ts";
import type { Source } from "./source.ts";

const OPERATORS: Readonly<Record<string, MatchOperator>> = {
  EqlSingle: "=",
  Neq: "!=",
  EqlRegex: "=~",
  NeqRegex: "!~",
};

/** A metric's name, or the matchers in braces, or both; the name is the last of the matchers. */
export function lowerSelector(source: Source, node: SyntaxNode): VectorSelector {
  const name = node.getChild("Identifier") ? source.token(node).text : null;
  const braces = node.getChild("LabelMatchers");
  const matchers: Matcher[] = [];
  for (let child = braces?.firstChild; child; child = child.nextSibling)
    matchers.push(lowerMatcher(source, child));
  if (name !== null) matchers.push(matcher(METRIC_NAME, "=", name));
  return {
    type: "vectorSelector",
    name,
    matchers,
    offset: 0,
    at: null,
    range: { start: node.from, end: node.to },
  };
}

/** The label names of `by (…)`, `on (…)` and their like. */
export function lowerLabelNames(source: Source, node: SyntaxNode | null): string[] {
  const names: string[] = [];
  for (let child = node?.firstChild; child; child = child.nextSibling) {
    const token = source.token(child);
    const name = token.kind === "string" ? unquote(token.text) : token.text;
    if (name === "") source.fail('invalid label name for grouping: ""', token);
    names.push(name);
  }
  return names;
}

/** A condition in braces; a quoted name by itself is the metric's. */
export function lowerMatcher(source: Source, node: SyntaxNode): Matcher {
  const token = source.token(node);
  const name = token.kind === "string" ? unquote(token.text) : token.text;
  const operator = OPERATORS[node.getChild("MatchOp")?.firstChild?.name ?? ""];
  if (operator === undefined) return matcher(METRIC_NAME, "=", name);
  const literal = source.token(node, 2);
  try {
    return matcher(name, operator, unquote(literal.text));
  } catch (error) {
    if (error instanceof RegexError) source.fail(error.message, { start: token.start, end: literal.end });
    throw error;
  }
}
