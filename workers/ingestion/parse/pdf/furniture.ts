import type { Line } from "./lines.ts";

export interface PageLines {
  page: number;
  lines: Line[];
}

/** How many lines at either end of a page may be running headers and footers. */
const EDGE_LINES = 3;
const FEWEST_PAGES = 3;
/** A line that stands on this share of the pages is furniture wherever on the page it stands. */
const EVERYWHERE_SHARE = 0.4;
/** At the edge, repetition on this share of the pages is enough. */
const EDGE_SHARE = 0.12;
/** At least this share of a page's lines is its text. */
const LEAST_KEPT = 0.4;
const PAGE_NUMBER =
  /^(?:[-–—|\s]*(?:page|seite|página|p\.)?\s*(?:[A-Z]{1,2}[-–.])?(\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|von|de|\/)\s*\d{1,4})?[-–—|\s]*)$/i;

/** Takes out what belongs to the paper and not to the text: running headers and footers, bare page numbers. */
export function removeFurniture(pages: readonly PageLines[]): PageLines[] {
  const filled = pages.filter((page) => page.lines.length > 0).length;
  const { edge, anywhere } = countLines(pages);
  const hasNumbers = numbersThePages(pages);
  const isFurniture = (line: Line, atEdge: boolean): boolean => {
    const text = textOf(line);
    if (atEdge && hasNumbers && PAGE_NUMBER.test(text)) return true;
    const key = keyOf(text);
    if ((anywhere.get(key) ?? 0) >= Math.max(FEWEST_PAGES + 2, filled * EVERYWHERE_SHARE)) return true;
    return atEdge && !isTabular(line) && (edge.get(key) ?? 0) >= Math.max(FEWEST_PAGES, filled * EDGE_SHARE);
  };
  return pages.map(({ page, lines }) => {
    const kept = withoutFurniture(lines, isFurniture);
    // Forms filled in differently repeat themselves as furniture does: what is most of a page is its text.
    return { page, lines: kept.length < lines.length * LEAST_KEPT ? lines : kept };
  });
}

/** From either end inwards, up to the first line that is none; and lone repeated lines in between. */
function withoutFurniture(
  lines: readonly Line[],
  isFurniture: (line: Line, atEdge: boolean) => boolean,
): Line[] {
  const isEdge = (line: Line | undefined): boolean => line !== undefined && isFurniture(line, true);
  let first = 0;
  let last = lines.length;
  while (first < Math.min(EDGE_LINES, last) && isEdge(lines[first])) first++;
  while (last > first && lines.length - last < EDGE_LINES && isEdge(lines[last - 1])) last--;
  return lines.slice(first, last).filter((line, index, kept) => {
    if (!isFurniture(line, false)) {
      const isByFurniture = [kept[index - 1], kept[index + 1]].some(
        (beside) => beside !== undefined && isFurniture(beside, false),
      );
      return !(isByFurniture && PAGE_NUMBER.test(textOf(line)));
    }
    return false;
  });
}

function countLines(pages: readonly PageLines[]): {
  edge: Map<string, number>;
  anywhere: Map<string, number>;
} {
  const edge = new Map<string, number>();
  const anywhere = new Map<string, number>();
  for (const { lines } of pages) {
    const here = new Set(
      lines.filter((line) => line.segments.length === 1).map((line) => keyOf(textOf(line))),
    );
    const ends = [...lines.slice(0, EDGE_LINES), ...lines.slice(-EDGE_LINES)].filter(
      (line) => !isTabular(line),
    );
    const edges = new Set(ends.map((line) => keyOf(textOf(line))));
    for (const key of here) anywhere.set(key, (anywhere.get(key) ?? 0) + 1);
    for (const key of edges) edge.set(key, (edge.get(key) ?? 0) + 1);
  }
  return { edge, anywhere };
}

/** Whether bare numbers at the pages' ends count up as the pages do, at least twice. */
function numbersThePages(pages: readonly PageLines[]): boolean {
  const offsets = new Map<number, number>();
  for (const { page, lines } of pages) {
    const candidates = [...lines.slice(0, 1), ...lines.slice(-2)];
    for (const line of candidates) {
      const number = Number(PAGE_NUMBER.exec(textOf(line))?.[1]);
      if (Number.isInteger(number)) offsets.set(number - page, (offsets.get(number - page) ?? 0) + 1);
    }
  }
  return Math.max(0, ...offsets.values()) >= 2;
}

/** Two figures or years side by side are a table's, though it may head many pages. */
function isTabular(line: Line): boolean {
  return line.segments.filter((segment) => /^\W*\d/.test(segment.text)).length > 1;
}

function textOf(line: Line): string {
  return line.segments.map((segment) => segment.text.trim()).join(" ");
}

/** Digits differ from page to page, the rest does not. Lines of nothing but digits are told by their order instead. */
function keyOf(text: string): string {
  const key = text.toLowerCase().replace(/\d+/g, "#").replace(/\s+/g, " ").trim();
  return /\p{L}{2}/u.test(key) ? key : text;
}
