import type { Token } from "./tokens.ts";

/** In UTF-16 code units. */
export const MAX_QUERY_LENGTH = 100_000;
/** How deep a query's tree may become; what walks the tree does so by recursion. */
export const MAX_DEPTH = 500;

const SUFFIX = /^(?:offset|anchored|smoothed)$/i;

/**
 * The token with which a query's tree would become too deep, or null. Every open bracket adds a level, and so does every
 * operator of a chain before it, and every sign or suffix of the operand at hand: `a + b + c` is as deep as `f(f(c))`.
 */
export function tooDeepAt(tokens: readonly Token[]): Token | null {
  const outer: { readonly operators: number; readonly others: number }[] = [];
  let operators = 0;
  let others = 0;
  let depth = 0;
  for (const token of tokens) {
    const { kind, text } = token;
    if ("([{".includes(text)) {
      outer.push({ operators, others });
      depth += 1 + operators + others;
      operators = 0;
      others = text === "[" ? 1 : 0;
    } else if (")]}".includes(text)) {
      ({ operators, others } = outer.pop() ?? { operators: 0, others: 0 });
      depth -= 1 + operators + others;
      if (text === "]") others++;
    } else if (text === ",") {
      operators = 0;
      others = 0;
    } else if (kind === "operator" && !token.isOperandDue && text !== "@") {
      operators++;
      others = 0;
    } else if (kind === "operator" || SUFFIX.test(text)) {
      others++;
    }
    if (depth + operators + others > MAX_DEPTH) return token;
  }
  return null;
}
