import type { Token } from "./tokens.ts";

/**
 * A query as the scanner understands it, in words that the tree's grammar takes for the same: literals in their simplest
 * form, comments blank, one function's name for all, one operator for all, plain names for names with colons and for a
 * metric named offset, and nothing that fits for one named atan2, which no metric can be. Every token keeps its place.
 *
 * One operator for all, since the grammar's precedences are not Prometheus', and since its parser gives up on chains of
 * some two hundred operators that group from the left.
 */
export function textForTree(tokens: readonly Token[]): string {
  const tracker = new OwnOperators();
  let text = "";
  for (const [index, token] of tokens.entries()) {
    const hasOwnOperators = tracker.follow(token);
    text = text.padEnd(token.start) + tokenForTree(token, tokens[index + 1], hasOwnOperators);
  }
  return text;
}

function tokenForTree(token: Token, next: Token | undefined, hasOwnOperators: boolean): string {
  const { kind, text, isOperandDue } = token;
  const { length } = text;
  const lower = text.toLowerCase();
  switch (kind) {
    case "number":
      return text.startsWith(".") ? ".".padEnd(length, "1") : "1".repeat(length);
    case "duration":
      return "s".padStart(length, "1");
    case "string":
      return `"${"x".repeat(length - 2)}"`;
    case "metric":
      return "_".repeat(length);
    case "word":
      return lower;
    case "identifier":
      return next?.text === "(" && length > 1 && !hasOwnOperators ? "ln".padEnd(length) : text;
    case "keyword":
      return lower === "offset" && isOperandDue ? "_".repeat(length) : text;
    case "operator":
      if (isOperandDue) return lower === "atan2" ? "!".repeat(length) : text;
      return hasOwnOperators || text === "@" ? text : "^".padEnd(length);
    default:
      return text;
  }
}

/** Tells where operators are not those of expressions: within brackets and braces, and after `offset` until its duration is whole. */
class OwnOperators {
  #isInBrackets = false;
  #isInBraces = false;
  #isAfterOffset = false;
  #parens = 0;

  /** Moves on past a token, and tells of it. */
  follow({ kind, text, isOperandDue }: Token): boolean {
    const isInside = this.#isInBrackets || this.#isInBraces || this.#isAfterOffset;
    if (text === "[" || text === "]") this.#isInBrackets = text === "[";
    if (text === "{" || text === "}") this.#isInBraces = text === "{";
    if (kind === "keyword" && !isOperandDue) this.#isAfterOffset = text.toLowerCase() === "offset";
    else if (this.#isAfterOffset) this.#followOffset(kind, text);
    return isInside;
  }

  #followOffset(kind: Token["kind"], text: string): void {
    if (text === "(") this.#parens++;
    const isOperand = kind === "number" || kind === "duration" || text === ")";
    if (text === ")") this.#parens--;
    if (isOperand && this.#parens <= 0) {
      this.#isAfterOffset = false;
      this.#parens = 0;
    }
  }
}
