import type { Token } from "./tokens.ts";

/** In UTF-16 code units. */
export const MAX_QUERY_LENGTH = 100_000;
/** How deep a query's tree may become; what walks the tree does so by recursion. */
export const MAX_DEPTH = 500;

/**
 * The token with which a query's tree would become too deep, or null. Every bracket and every operator of an unbroken
 * chain may add a level: `a + b + c` is a tree as deep as `f(f(c))`.
 */
export function tooDeepAt(tokens: readonly Token[]): Token | null {
  const outer: number[] = [];
  let chain = 0;
  let depth = 0;
  for (const token of tokens) {
    if ("([{".includes(token.text)) {
      outer.push(chain);
      chain = 0;
      depth++;
    } else if (")]}".includes(token.text)) {
      depth -= chain + 1;
      chain = outer.pop() ?? 0;
    } else if (token.text === ",") {
      depth -= chain;
      chain = 0;
    }
    if (token.kind === "operator" || token.kind === "keyword" || token.text === "]") {
      chain++;
      depth++;
    }
    if (depth > MAX_DEPTH) return token;
  }
  return null;
}
