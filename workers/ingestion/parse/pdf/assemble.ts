import { type ParsedDocument, type Span, UnparsableError } from "../../parsed-document.ts";
import { DocumentBuilder } from "../document-builder.ts";
import { type BuiltTable, buildTable } from "./build-table.ts";
import { readingOrder } from "./columns.ts";
import { removeFurniture } from "./furniture.ts";
import { Headings } from "./headings.ts";
import { linesOf } from "./lines.ts";
import { LIST_MARK, type Paragraph, paragraphsOf } from "./paragraphs.ts";
import type { PdfPage } from "./read-pages.ts";
import { regionsOf } from "./table-regions.ts";
import { mendRuns, vocabulary } from "./vocabulary.ts";

type Piece = { kind: "paragraph"; paragraph: Paragraph } | { kind: "table"; table: BuiltTable };

/** A paragraph of up to this many characters right above a table may be its caption. */
const LONGEST_CAPTION = 240;

/**
 * Puts the pages of a PDF together: running headers and page numbers taken out, columns read one after the other,
 * lines joined into paragraphs, tables rebuilt as Markdown rows. Text never joins across pages.
 *
 * @param pages all pages in order, those without text included
 * @throws UnparsableError `no_text_found`, `text_too_large`
 */
export function assemblePdf(pages: readonly PdfPage[], meta: { title: string | null }): ParsedDocument {
  if (pages.every((page) => page.runs.length === 0)) {
    throw new UnparsableError(
      "no_text_found",
      "The PDF has no text in it: its pages are images. Scanned pages need text recognition (OCR), which Almanac does not do.",
    );
  }
  const words = vocabulary(pages);
  const lined = pages.map((page) => ({ page: page.page, lines: linesOf(mendRuns(page.runs, words)) }));
  const laidOut = removeFurniture(lined).map(({ page, lines }) => ({
    page,
    pieces: readingOrder(lines).flatMap((flow) =>
      regionsOf(flow).flatMap((region): Piece[] => {
        const table = region.kind === "table" ? buildTable(region.rows) : null;
        if (table !== null) return [{ kind: "table", table }];
        return paragraphsOf(region.lines, words).map((paragraph) => ({ kind: "paragraph", paragraph }));
      }),
    ),
  }));
  const paragraphs = laidOut.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => (piece.kind === "paragraph" ? [piece.paragraph] : [])),
  );
  const body = bodyStyle(pages);
  const headings = new Headings(paragraphs, body.size, body.bold);
  const builder = new DocumentBuilder();
  for (const { page, pieces } of laidOut) {
    builder.startPage(page);
    addPieces(builder, pieces, headings);
  }
  return builder.finish(meta.title ?? titleOf(laidOut[0]?.pieces ?? [], body.size));
}

function addPieces(builder: DocumentBuilder, pieces: readonly Piece[], headings: Headings): void {
  let caption: Span | null = null;
  for (const piece of pieces) {
    if (piece.kind === "table") {
      builder.table({ ...piece.table, caption });
      caption = null;
      continue;
    }
    const { text } = piece.paragraph;
    const level = headings.levelOf(piece.paragraph);
    const span = level === null ? addText(builder, text) : builder.heading(level, text);
    if (span === null || !isCaption(text, level !== null)) caption = null;
    else {
      const joined: Span = { start: caption?.start ?? span.start, end: span.end };
      caption = joined.end - joined.start <= LONGEST_CAPTION ? joined : span;
    }
  }
}

function addText(builder: DocumentBuilder, text: string): Span | null {
  return LIST_MARK.test(text) ? builder.listItem(text) : builder.paragraph(text);
}

/** A heading, a line that is no sentence ("(in millions)"), or a sentence that speaks of the table. */
function isCaption(text: string, isHeading: boolean): boolean {
  if (text.length > LONGEST_CAPTION) return false;
  return isHeading || !/[.!?]$/.test(text) || /\b(?:tables?|follow(?:s|ing)?|summar\w+|below)\b/i.test(text);
}

/** The size and weight in which most of the document's letters are set. */
function bodyStyle(pages: readonly PdfPage[]): { size: number; bold: boolean } {
  const letters = new Map<string, { size: number; bold: boolean; count: number }>();
  for (const page of pages) {
    for (const run of page.runs) {
      const size = Math.round(run.size * 2) / 2;
      const style = letters.get(`${size}|${run.bold}`) ?? { size, bold: run.bold, count: 0 };
      style.count += run.text.length;
      letters.set(`${size}|${run.bold}`, style);
    }
  }
  return [...letters.values()].reduce((most, style) => (style.count > most.count ? style : most));
}

/** The largest text of the first page, when it stands out. */
function titleOf(pieces: readonly Piece[], bodySize: number): string | null {
  let largest: Paragraph | null = null;
  for (const piece of pieces) {
    if (piece.kind !== "paragraph") continue;
    const { paragraph } = piece;
    if (paragraph.size > (largest?.size ?? bodySize * 1.2) && paragraph.text.length <= 300)
      largest = paragraph;
  }
  return largest?.text ?? null;
}
