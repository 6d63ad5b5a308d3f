import type { SentenceSpan } from "../../text/sentences.ts";

/** A citation longer than this, in characters, no longer points at anything: text without sentence ends is cut. */
const LONGEST = 700;
const SHORTEST = 200;
const CLAUSE_END = /[;；:：,，、](?=\s|\P{ASCII})\s*|\s+/gu;

/** A span itself, or the parts of one that is too long, cut after clauses where there are any and never inside a character. */
export function splitLong(text: string, span: SentenceSpan): SentenceSpan[] {
  const parts: SentenceSpan[] = [];
  let start = span.start;
  while (span.end - start > LONGEST) {
    const end = cutBetween(text, start + SHORTEST, start + LONGEST);
    parts.push({ start, end: trimmedEnd(text, start, end) });
    start = end;
  }
  parts.push({ start, end: span.end });
  return parts;
}

/** The last place to cut between two offsets: behind a clause, else behind a space, else anywhere. */
function cutBetween(text: string, from: number, to: number): number {
  let clause = 0;
  let space = 0;
  for (const match of text.slice(from, to).matchAll(CLAUSE_END)) {
    const end = from + match.index + match[0].length;
    if (match[0].trim() === "") space = end;
    else clause = end;
  }
  if (clause > 0) return clause;
  if (space > 0) return space;
  return isLowSurrogate(text.charCodeAt(to)) ? to - 1 : to;
}

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
