/** A stretch of a stored text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextPage extends Span {
  readonly page: number;
}

/** What is rendered at once: part of one page, with the marked stretches told apart. */
export interface TextBlock extends Span {
  readonly page: number | null;
  /** Whether the block is where its page begins. */
  readonly opensPage: boolean;
  readonly segments: readonly { readonly text: string; readonly marked: boolean }[];
}

// Small enough for the browser to skip what is off screen, large enough that a book is a few hundred blocks.
const BLOCK_LENGTH = 4000;

/**
 * Divides the part of a stored text that is shown into blocks, none across a page, and marks a span in it.
 * The blocks' segments joined are the shown text to the letter; the marked ones joined are the marked text.
 */
export function layOut(
  text: string,
  pages: readonly TextPage[],
  shown: Span,
  mark: Span | null,
): TextBlock[] {
  const blocks: TextBlock[] = [];
  const starts = pages.length > 0 ? pages : [{ page: null, start: 0 }];
  for (const [position, { page, start }] of starts.entries()) {
    // What stands between two pages belongs to the one before; what stands before the first, to the first.
    const pageStart = position === 0 ? 0 : start;
    const pageEnd = starts[position + 1]?.start ?? text.length;
    const end = Math.min(pageEnd, shown.end);
    let from = Math.max(pageStart, shown.start);
    while (from < end) {
      const to = blockEnd(text, from, end);
      const opensPage = from === pageStart;
      blocks.push({ page, opensPage, start: from, end: to, segments: segmentsOf(text, from, to, mark) });
      from = to;
    }
  }
  return blocks;
}

/** The span with about `margin` characters on both sides, grown to whole lines where one ends nearby. */
export function surroundings(text: string, span: Span, margin: number): Span {
  const reach = 400;
  const roughStart = Math.max(0, span.start - margin);
  const roughEnd = Math.min(text.length, span.end + margin);
  const lineStart = text.lastIndexOf("\n", roughStart) + 1;
  const lineEnd = text.indexOf("\n", roughEnd);
  const start = roughStart - lineStart <= reach ? lineStart : roughStart;
  const end = lineEnd !== -1 && lineEnd - roughEnd <= reach ? lineEnd : roughEnd;
  return { start: Math.min(wholeCharacter(text, start), span.start), end: wholeCharacter(text, end) };
}

/** The page on which an offset stands; null for a text without pages. */
export function pageAt(pages: readonly TextPage[], offset: number): number | null {
  return pages.findLast(({ start }) => start <= offset)?.page ?? pages[0]?.page ?? null;
}

function blockEnd(text: string, from: number, end: number): number {
  if (end - from <= BLOCK_LENGTH) return end;
  const newline = text.lastIndexOf("\n", from + BLOCK_LENGTH - 1);
  return newline > from ? newline + 1 : wholeCharacter(text, from + BLOCK_LENGTH);
}

// Moves an offset that would cut a surrogate pair to after it.
function wholeCharacter(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  const before = text.charCodeAt(offset - 1);
  const cuts = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return cuts ? offset + 1 : offset;
}

function segmentsOf(text: string, from: number, to: number, mark: Span | null): TextBlock["segments"] {
  const markStart = Math.min(Math.max(mark?.start ?? to, from), to);
  const markEnd = Math.max(Math.min(mark?.end ?? to, to), markStart);
  return [
    { text: text.slice(from, markStart), marked: false },
    { text: text.slice(markStart, markEnd), marked: true },
    { text: text.slice(markEnd, to), marked: false },
  ].filter((segment) => segment.text !== "");
}
