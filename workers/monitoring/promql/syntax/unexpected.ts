import { goQuote } from "./go-quote.ts";
import { describeToken, type Token } from "./tokens.ts";

type Frame = "braces" | "brackets" | "grouping" | "aggregation" | "duration" | "call" | "other";

/** What is wrong, and the token it is said of. */
interface Complaint {
  readonly problem: string;
  readonly token: Token | undefined;
}

interface OpenFrame {
  readonly frame: Frame;
  /** The index of the token that opened it. */
  readonly start: number;
}

const GROUPING = /^(?:by|without|on|ignoring|group_left|group_right)$/i;

/**
 * What Prometheus says of a token that cannot stand where it does: the innermost construct that it interrupts and what
 * that would have taken (promql/parser/generated_parser.y, the rules with "error").
 */
export function describeUnexpected(tokens: readonly Token[], index: number): Complaint {
  const token = tokens[index];
  if (token === undefined) return { problem: "unexpected end of input", token };
  const { frames, closed } = framesBefore(tokens, index);
  const inner = frames.at(-1)?.frame;
  const previous = tokens[index - 1];
  if (previous?.text === "," && (inner === "call" || inner === "aggregation"))
    return { problem: "trailing commas not allowed in function call args", token: previous };
  const isCall = token.text === "(" && previous?.kind === "identifier" && previous.isOperandDue;
  if (previous && isCall && inner !== "grouping" && inner !== "braces")
    return { problem: `unknown function with name ${goQuote(previous.text)}`, token: previous };
  const context = previous ? expectation(tokens, index, previous, frames, closed) : null;
  return { problem: `unexpected ${describeToken(token)}${context === null ? "" : ` in ${context}`}`, token };
}

function expectation(
  tokens: readonly Token[],
  index: number,
  previous: Token,
  frames: readonly OpenFrame[],
  closed: OpenFrame | null,
): string | null {
  const inner = frames.at(-1)?.frame;
  if (inner === "braces") return inBraces(previous, tokens[index - 2]);
  if (inner === "grouping") {
    const isLabelDue = previous.text === "(" || previous.text === ",";
    return `grouping opts, expected ${isLabelDue ? "label" : '"," or ")"'}`;
  }
  if (isGroupingKeyword(tokens, index - 1)) return 'grouping opts, expected "("';
  if (isInOffset(tokens, index)) return "offset, expected number, duration, step(), or range()";
  if (isInAt(tokens, index)) return "@, expected timestamp";
  if (isAggregatorsGrouping(tokens, closed)) return "aggregation";
  for (const { frame, start } of frames.toReversed()) {
    if (frame === "brackets") return inBrackets(tokens.slice(start + 1, index));
    if (frame === "duration") return "offset, expected number, duration, step(), or range()";
    if (frame === "aggregation") return "aggregation";
  }
  return null;
}

function inBraces(previous: Token, before: Token | undefined): string {
  const isName = before?.text === "{" || before?.text === ",";
  if (previous.text === "{" || previous.text === ",") return 'label matching, expected identifier or "}"';
  if (previous.kind === "identifier" && isName) return "label matching, expected label matching operator";
  return `label matching, expected ${previous.kind === "string" ? '"," or "}"' : "string"}`;
}

function inBrackets(inside: readonly Token[]): string {
  const colon = inside.findIndex(({ text }) => text === ":");
  const isWhole = isWholeDuration(inside.slice(colon + 1));
  if (colon < 0) {
    return isWhole
      ? 'subquery or range, expected ":" or "]"'
      : "subquery or range selector, expected number, duration, step(), or range()";
  }
  return isWhole
    ? 'subquery selector, expected "]"'
    : 'subquery selector, expected number, duration, step(), range(), or "]"';
}

/** Whether a duration could end here: after an operand, with no parenthesis open. */
function isWholeDuration(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  const open = tokens.filter(({ text }) => text === "(").length;
  const closed = tokens.filter(({ text }) => text === ")").length;
  return open === closed && (last?.text === ")" || last?.kind === "number" || last?.kind === "duration");
}

function framesBefore(tokens: readonly Token[], index: number) {
  const frames: OpenFrame[] = [];
  let closed: OpenFrame | null = null;
  for (const [start, { text }] of tokens.slice(0, index).entries()) {
    const wasClosed = closed;
    closed = null;
    if (text === "(") frames.push({ frame: parenthesis(tokens, start, wasClosed), start });
    else if (text === "{") frames.push({ frame: "braces", start });
    else if (text === "[") frames.push({ frame: "brackets", start });
    else if (text === ")" || text === "}" || text === "]") closed = frames.pop() ?? null;
  }
  return { frames, closed };
}

function parenthesis(tokens: readonly Token[], start: number, closed: OpenFrame | null): Frame {
  const previous = tokens[start - 1];
  if (previous === undefined) return "other";
  if (isGroupingKeyword(tokens, start - 1)) return "grouping";
  if (previous.kind === "aggregator") return "aggregation";
  if (isAggregatorsGrouping(tokens, closed)) return "aggregation";
  if (isInOffset(tokens, start)) return "duration";
  return previous.kind === "identifier" ? "call" : "other";
}

/** Whether a keyword is one that labels in parentheses follow, and not a metric's name. */
function isGroupingKeyword(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== "keyword" || !GROUPING.test(token.text)) return false;
  return !(/^(?:by|without)$/i.test(token.text) && token.isOperandDue);
}

/** Whether what was closed just before is the grouping of an aggregation that still lacks its arguments. */
function isAggregatorsGrouping(tokens: readonly Token[], closed: OpenFrame | null): boolean {
  return closed?.frame === "grouping" && tokens[closed.start - 2]?.kind === "aggregator";
}

function isInOffset(tokens: readonly Token[], index: number): boolean {
  let at = index - 1;
  if (tokens[at]?.text === "(" && tokens[at - 1]?.kind === "word") at -= 2;
  else if (tokens[at]?.kind === "word") at -= 1;
  if (tokens[at]?.text === "-" || tokens[at]?.text === "+") at -= 1;
  const token = tokens[at];
  return token?.kind === "keyword" && token.text.toLowerCase() === "offset" && !token.isOperandDue;
}

function isInAt(tokens: readonly Token[], index: number): boolean {
  let at = index - 1;
  if (tokens[at]?.text === "(" && tokens[at - 1]?.kind === "word") at -= 2;
  else if (tokens[at]?.kind === "word" || tokens[at]?.text === "-" || tokens[at]?.text === "+") at -= 1;
  return tokens[at]?.text === "@";
}
