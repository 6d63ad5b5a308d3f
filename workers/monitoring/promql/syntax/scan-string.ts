import { goQuoteCharacter } from "./go-quote.ts";

/** A string literal's end, or what is wrong with it. */
type ScannedString = { readonly end: number } | { readonly problem: string };

const SIMPLE_ESCAPES = "abfnrtv\\";
const NUMERIC_ESCAPES = /(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})/y;

/** Reads on from an opening quote as Prometheus does (promql/parser/lex.go, lexString and lexEscape). */
export function scanString(query: string, start: number): ScannedString {
  const quote = query.charAt(start);
  let at = start + 1;
  while (at < query.length) {
    const character = String.fromCodePoint(query.codePointAt(at) ?? 0);
    if (character === quote) return { end: at + 1 };
    if (character === "\ufffd" || !character.isWellFormed()) return { problem: "invalid UTF-8 rune" };
    if (quote !== "`" && character === "\n") break;
    if (quote !== "`" && character === "\\") {
      const escaped = scanEscape(query, at + 1, quote);
      if ("problem" in escaped) return escaped;
      at = escaped.end;
    } else {
      at += character.length;
    }
  }
  return { problem: quote === "`" ? "unterminated raw string" : "unterminated quoted string" };
}

function scanEscape(query: string, at: number, quote: string): ScannedString {
  if (at >= query.length) return { problem: "escape sequence not terminated" };
  const first = query.charAt(at);
  if (first === quote || SIMPLE_ESCAPES.includes(first)) return { end: at + 1 };
  NUMERIC_ESCAPES.lastIndex = at;
  const numeric = NUMERIC_ESCAPES.exec(query)?.[0];
  if (numeric === undefined) return faultyEscape(query, at);
  const isOctal = first >= "0" && first <= "7";
  const code = isOctal ? Number.parseInt(numeric, 8) : Number.parseInt(numeric.slice(1), 16);
  const isInvalid = code > (isOctal ? 0xff : 0x10ffff) || (code >= 0xd800 && code < 0xe000);
  return isInvalid
    ? { problem: "escape sequence is an invalid Unicode code point" }
    : { end: at + numeric.length };
}

function faultyEscape(query: string, at: number): ScannedString {
  const first = query.charAt(at);
  if (!/[xuU0-7]/.test(first)) return { problem: `unknown escape sequence ${named(query, at)}` };
  const digit = first >= "0" && first <= "7" ? /[0-7]/ : /[0-9a-fA-F]/;
  let bad = at + 1;
  while (digit.test(query.charAt(bad))) bad++;
  if (bad >= query.length) return { problem: "escape sequence not terminated" };
  return { problem: `illegal character ${named(query, bad)} in escape sequence` };
}

/** As Go's %#U writes a character: U+0071 'q'. */
function named(query: string, at: number): string {
  const code = query.codePointAt(at) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, "0");
  return `U+${hex} ${goQuoteCharacter(String.fromCodePoint(code))}`;
}
