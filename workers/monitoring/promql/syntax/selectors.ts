import type { Matcher } from "../../model/matcher.ts";
import type { Expression, VectorSelector } from "../ast.ts";
import { childrenOf } from "./children.ts";
import { lowerSelector } from "./lower-selectors.ts";
import { Source } from "./source.ts";
import { describeToken, type Token } from "./tokens.ts";
import { firstError } from "./tree.ts";

/** All selectors of an expression, those of range selectors among them, in the order of the text. */
export function selectors(expression: Expression): VectorSelector[] {
  if (expression.type === "vectorSelector") return [expression];
  return childrenOf(expression).flatMap(selectors);
}

/**
 * The matchers of a `match[]` parameter, which is a selector and nothing else. Unlike a query's, it may match everything
 * (promql/parser/parse.go, ParseMetricSelector).
 *
 * @example parseSelector('up{job="api"}').length // 2
 * @throws PromqlSyntaxError
 */
export function parseSelector(text: string): Matcher[] {
  const source = new Source(text);
  const end = source.tokens[selectorEnd(source.tokens)];
  const error = firstError(source.root);
  if (error && (!end || error.from < end.start)) return source.failAt(error.from);
  if (!end) return source.failAt(text.length);
  if (end.kind !== "end" || end.start === source.tokens[0]?.start)
    return source.fail(`unexpected ${describeToken(end)}`, end);
  const selector = source.root.firstChild;
  return selector ? [...lowerSelector(source, selector).matchers] : source.failAt(text.length);
}

/** The index of the first token that is not of the selector. */
function selectorEnd(tokens: readonly Token[]): number {
  const start = isName(tokens[0]) ? 1 : 0;
  if (tokens[start]?.text !== "{") return start;
  const close = tokens.findIndex(({ text }) => text === "}");
  return close < 0 ? tokens.length : close + 1;
}

/** The words that may name a metric, keywords among them (promql/parser/generated_parser.y, metric_identifier). */
function isName(token: Token | undefined): boolean {
  if (token === undefined) return false;
  const { kind, text } = token;
  if (kind === "keyword") return /^(?:by|without|offset|anchored|smoothed)$/i.test(text);
  if (kind === "operator") return /^(?:and|or|unless)$/i.test(text);
  return kind === "identifier" || kind === "metric" || kind === "aggregator" || kind === "word";
}
