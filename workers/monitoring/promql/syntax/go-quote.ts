import { strayByte } from "./utf8.ts";

const ESCAPES = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [92, "\\\\"],
]);

/** U+FFFD is printable, but PromQL takes it for a fault of encoding unless it is escaped. */
const PRINTABLE = /^(?!\ufffd)[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/**
 * A string as a literal of Go's, which is one of PromQL's too (Go's strconv.Quote).
 *
 * @example goQuote('say "hi"\n') // "\"say \\\"hi\\\"\\n\""
 */
export function goQuote(text: string): string {
  return quoteWith('"', text);
}

/** One character as a literal of Go's: `'x'` (Go's strconv.QuoteRune). */
export function goQuoteCharacter(character: string): string {
  return quoteWith("'", character);
}

function quoteWith(quote: string, text: string): string {
  let quoted = quote;
  for (const character of text) {
    const code = character.toWellFormed().codePointAt(0) ?? 0;
    const byte = strayByte(character);
    if (character === quote) quoted += `\\${quote}`;
    else if (byte !== null) quoted += `\\x${byte.toString(16)}`;
    else quoted += ESCAPES.get(code) ?? (PRINTABLE.test(character) ? character : numericEscape(code));
  }
  return quoted + quote;
}

function numericEscape(code: number): string {
  const digits = code.toString(16);
  if (code < 0x80) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
