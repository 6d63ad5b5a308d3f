import type { Span } from "../parsed-document.ts";
import { countTokens } from "./tokens.ts";

/** Places to cut a sentence, best first: after a line, a clause, a table cell, a word. */
const BREAKS = [/\n/g, /[;:；：]\s?|[，、]|,\s|\s[–—]\s/g, /\s\|\s|\s/g] as const;

/**
 * Cuts a span that is longer than the limit: at the ends of lines where that suffices, else of clauses, else of
 * words, else anywhere but within a surrogate pair. The last resort: sentences are not cut otherwise.
 */
export function splitLong(text: string, span: Span, limit: number): Span[] {
  return cut(text, span, limit, 0);
}

function cut(text: string, span: Span, limit: number, rank: number): Span[] {
  if (countTokens(text, span.start, span.end) <= limit) return [span];
  const breaks = BREAKS[rank];
  if (breaks === undefined) return cutAnywhere(text, span, limit);
  const pieces: Span[] = [];
  for (const part of partsBetween(text, span, breaks)) pieces.push(...cut(text, part, limit, rank + 1));
  return joinSmall(text, pieces, limit);
}

function partsBetween(text: string, span: Span, breaks: RegExp): Span[] {
  const parts: Span[] = [];
  const slice = text.slice(span.start, span.end);
  let from = 0;
  for (const match of slice.matchAll(breaks)) {
    const to = match.index + match[0].length;
    push(parts, text, span.start + from, span.start + to);
    from = to;
  }
  push(parts, text, span.start + from, span.end);
  return parts;
}

function joinSmall(text: string, pieces: readonly Span[], limit: number): Span[] {
  const joined: Span[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    const size = countTokens(text, piece.start, piece.end);
    const last = joined.at(-1);
    if (last !== undefined && tokens + size <= limit) {
      last.end = piece.end;
      tokens += size;
    } else {
      joined.push({ ...piece });
      tokens = size;
    }
  }
  return joined;
}

function cutAnywhere(text: string, span: Span, limit: number): Span[] {
  const pieces: Span[] = [];
  const step = Math.max(limit, 2);
  for (let from = span.start; from < span.end; ) {
    let to = Math.min(from + step, span.end);
    while (to < span.end && countTokens(text, from, Math.min(to * 2 - from, span.end)) <= limit) {
      to = Math.min(to * 2 - from, span.end);
    }
    const unit = text.charCodeAt(to);
    if (to < span.end && unit >= 0xdc00 && unit <= 0xdfff) to--;
    push(pieces, text, from, to);
    from = to;
  }
  return pieces;
}

function push(spans: Span[], text: string, from: number, to: number): void {
  const slice = text.slice(from, to);
  const body = slice.trim();
  if (body === "") return;
  const start = from + slice.indexOf(body.charAt(0));
  spans.push({ start, end: start + body.length });
}
