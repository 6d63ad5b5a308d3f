import { goQuote } from "./go-quote.ts";

export type TokenKind =
  | "identifier"
  | "metric"
  | "string"
  | "number"
  | "duration"
  | "operator"
  | "aggregator"
  | "keyword"
  | "word"
  | "punctuation"
  | "end";

/** A token of a query, and where it stands in it, in code units. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether an operand begins here, so that a word names a metric or a function, and a minus is a sign. */
  readonly isOperandDue: boolean;
}

const WORDS = new Map<string, TokenKind>([
  ...listed("operator", "and or unless atan2"),
  ...listed("aggregator", "sum avg count min max group stddev stdvar topk bottomk count_values quantile"),
  ...listed("aggregator", "limitk limit_ratio"),
  ...listed("keyword", "offset smoothed anchored by without on ignoring group_left group_right bool"),
  ...listed("word", "start end step range"),
  ...listed("number", "inf nan"),
]);

/** What a word outside of braces is; the case of keywords does not matter. */
export function wordKind(word: string): TokenKind {
  return WORDS.get(word.toLowerCase()) ?? (word.includes(":") ? "metric" : "identifier");
}

function listed(kind: TokenKind, words: string): [word: string, kind: TokenKind][] {
  return words.split(" ").map((word) => [word, kind]);
}

/** A token as Prometheus' errors name it: `identifier "foo"`, `<by>`, `<op:==>`, `end of input`. */
export function describeToken({ kind, text }: Token): string {
  switch (kind) {
    case "end":
      return "end of input";
    case "identifier":
      return `identifier ${goQuote(text)}`;
    case "metric":
      return `metric identifier ${goQuote(text)}`;
    case "keyword":
      return `<${text}>`;
    case "operator":
      return `<op:${text}>`;
    case "aggregator":
      return `<aggr:${text}>`;
    case "string":
    case "number":
    case "duration":
      return `${kind} ${shortened(text)}`;
    default:
      return shortened(text);
  }
}

function shortened(text: string): string {
  const characters = [...text];
  return new TextEncoder().encode(text).length > 10
    ? `${goQuote(characters.slice(0, 10).join(""))}...`
    : goQuote(text);
}
