import type { Token } from "./tokens.ts";

/**
 * A query as the scanner understands it, in words that the tree's grammar takes for the same: literals in their simplest
 * form, comments blank, one function's name for all, plain names for names with colons and for a metric named offset.
 * Every token keeps its place.
 */
export function textForTree(tokens: readonly Token[]): string {
  let text = "";
  for (const [index, token] of tokens.entries())
    text = text.padEnd(token.start) + tokenForTree(tokens, index, token);
  return text;
}

function tokenForTree(tokens: readonly Token[], index: number, { kind, text }: Token): string {
  const { length } = text;
  const lower = text.toLowerCase();
  switch (kind) {
    case "number":
    case "duration":
      return "1".repeat(length);
    case "string":
      return `"${"x".repeat(length - 2)}"`;
    case "metric":
      return "_".repeat(length);
    case "word":
      return lower;
    case "identifier":
      return isCall(tokens, index) && length > 1 ? "ln".padEnd(length) : text;
    default:
      return lower === "offset" && isOperandDue(tokens, index) ? "_".repeat(length) : text;
  }
}

/** Whether an operand is due at a token, so that a word there names a metric or a function. */
export function isOperandDue(tokens: readonly Token[], index: number): boolean {
  const previous = tokens[index - 1];
  if (previous === undefined || previous.text === "(" || previous.text === ",") return true;
  if (previous.kind === "keyword") return previous.text.toLowerCase() === "bool";
  return previous.kind === "operator" && previous.text !== "@";
}

function isCall(tokens: readonly Token[], index: number): boolean {
  const { text } = tokens[index] ?? { text: "" };
  if (tokens[index + 1]?.text !== "(") return false;
  return (text !== "min_of" && text !== "max_of") || !isInOffset(tokens, index);
}

/** Whether a token belongs to the duration after an `offset`: nothing whole stands between them. */
function isInOffset(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  let hasOperand = false;
  for (let at = index - 1; at >= 0; at--) {
    const { kind, text } = tokens[at] ?? { kind: "end", text: "" };
    if (kind === "keyword") return text.toLowerCase() === "offset" && !hasOperand;
    if (text === ")") depth++;
    if (text === "(") {
      depth = Math.max(depth - 1, 0);
      hasOperand = depth > 0;
    } else if (depth === 0 && (kind === "number" || kind === "duration" || text === ")")) {
      hasOperand = true;
    }
  }
  return false;
}
