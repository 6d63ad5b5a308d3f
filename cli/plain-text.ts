import { stripVTControlCharacters } from "node:util";

/** What turns the direction of text that follows, so that it reads as something else. */
const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * Text of others as a terminal may have it: without escapes, which set titles, move the cursor or answer for the
 * user, and without other control characters but line feeds and tabs.
 *
 * @example plainText("\u001B[2Jreport.pdf") // "report.pdf"
 */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/(?![\n\t])\p{Cc}/gu, "")
    .replace(DIRECTIONS, "");

/** The same on one line, so that it passes for no line of ours. */
export const plainLine = (text: string): string => plainText(text.replace(/\s+/g, " "));
