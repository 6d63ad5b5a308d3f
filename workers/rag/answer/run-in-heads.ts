import type { SentenceSpan } from "../../text/sentences.ts";

/** A few words and a full stop, unless they begin as sentences do. */
const RUN_IN_HEAD =
  /^(?!(?:The|An?|It|We|You|They|He|She|I|This|That|These|Those|Our|Your|There|No|All|See|Die|Der|Das|Eine?|Es|Wir|Sie)\s)\p{Lu}[\p{L}’'&-]*(?: [\p{L}’'&-]+){0,3}\.$/u;

/**
 * Joins a head that opens a line to the sentence it heads, which says little without it.
 *
 * @example "Linkspan. The movable bridge between quay and ship." // one span
 */
export function joinRunInHeads(text: string, spans: SentenceSpan[]): SentenceSpan[] {
  const joined: SentenceSpan[] = [];
  let head: SentenceSpan | null = null;
  for (const span of spans) {
    if (head !== null && !text.slice(head.end, span.start).includes("\n")) {
      joined[joined.length - 1] = { start: head.start, end: span.end };
    } else joined.push(span);
    const opensLine = span.start === 0 || text[span.start - 1] === "\n";
    head = opensLine && RUN_IN_HEAD.test(text.slice(span.start, span.end)) ? span : null;
  }
  return joined;
}
