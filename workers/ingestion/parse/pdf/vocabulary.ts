import type { PdfPage } from "./read-pages.ts";
import type { PdfRun } from "./runs.ts";

/** How often each word stands whole in a document, in lower case. */
export type Vocabulary = ReadonlyMap<string, number>;

const WORD = /(?<![-\p{L}])\p{L}+(?![-\p{L}])/gu;
/** Letters that kerning or an anchor tore off their word: "Balance Shee t", "OVERVI EW". */
const TORN_OFF = /(?<!\p{L})(\p{L}{2,}) (\p{L}{1,4})(?![\p{L}’'-])/gu;
/** The whole word is this many times as frequent as either of its parts. */
const MUCH_MORE_FREQUENT = 3;

/** Counts the words of a document: they tell a hyphen at a line's end from one in a word, and mend torn words. */
export function vocabulary(pages: readonly PdfPage[]): Vocabulary {
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const run of page.runs) {
      for (const word of run.text.match(WORD) ?? []) {
        const key = word.toLowerCase();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** Puts torn-off letters back where the document elsewhere has the word whole. */
export function mendRuns(runs: readonly PdfRun[], words: Vocabulary): PdfRun[] {
  return runs.map((run) => {
    const text = run.text.replace(TORN_OFF, (found, head: string, tail: string) => {
      const whole = words.get((head + tail).toLowerCase()) ?? 0;
      if (whole === 0) return found;
      if (tail === "s") return head + tail;
      const parts = Math.max(words.get(head.toLowerCase()) ?? 0, words.get(tail.toLowerCase()) ?? 0);
      return whole >= parts * MUCH_MORE_FREQUENT ? head + tail : found;
    });
    return text === run.text ? run : { ...run, text };
  });
}
