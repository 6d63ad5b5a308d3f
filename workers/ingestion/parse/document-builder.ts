import {
  type Block,
  type PageSpan,
  type ParsedDocument,
  type Span,
  UnparsableError,
} from "../parsed-document.ts";
import { markdownDivider, markdownRow } from "./markdown-table.ts";

/** A stored text has at most this many UTF-16 code units. */
export const LONGEST_TEXT = 32 * 1024 * 1024;

/** A table as parsers find it: cells are plain text, every row as wide as the widest. */
export interface TableContent {
  /** The names of the columns, or null when the table has none. */
  header: readonly string[] | null;
  rows: readonly (readonly string[])[];
  /** Where the caption stands, when it is already in the text. */
  caption: Span | null;
}

/** Puts a document's text together, block by block with a blank line between them, and notes where each stands. */
export class DocumentBuilder {
  private readonly parts: string[] = [];
  private readonly blocks: Block[] = [];
  private readonly pages: PageSpan[] = [];
  private length = 0;
  private lastIsItem = false;

  /** How long the text is so far. */
  get size(): number {
    return this.length;
  }

  /** What has been noted so far; the last block tells parsers what a table follows on. */
  get lastBlock(): Block | undefined {
    return this.blocks.at(-1);
  }

  startPage(page: number): void {
    const open = this.pages.at(-1);
    if (open !== undefined) {
      this.separate();
      open.end = this.length;
    }
    this.pages.push({ page, start: this.length, end: this.length });
  }

  heading(level: number, text: string): Span | null {
    const span = this.append(text.replace(/\s+/g, " ").trim());
    if (span !== null) this.blocks.push({ kind: "heading", level: Math.min(Math.max(level, 1), 6), ...span });
    return span;
  }

  paragraph(text: string): Span | null {
    const span = this.append(text.trim());
    if (span !== null) this.blocks.push({ kind: "text", ...span });
    return span;
  }

  /** A list item, with its marker; it follows another one on the next line. */
  listItem(text: string): Span | null {
    const isNext = this.lastIsItem && this.lastBlock?.end === this.length;
    const span = this.append(text.trim(), isNext ? "\n" : "\n\n");
    if (span !== null) this.blocks.push({ kind: "text", ...span });
    this.lastIsItem = span !== null;
    return span;
  }

  table(content: TableContent): Span | null {
    const lines = content.rows.map(markdownRow);
    let head = "";
    if (content.header !== null) {
      head = `${markdownRow(content.header)}\n${markdownDivider(content.header.length)}`;
      lines.unshift(head);
    }
    const span = this.append(lines.join("\n"));
    if (span === null) return null;
    const header = head === "" ? null : { start: span.start, end: span.start + head.length };
    this.blocks.push({ kind: "table", ...span, header, caption: content.caption });
    return span;
  }

  /** @throws UnparsableError `empty_document` when nothing was ever added */
  finish(title: string | null): ParsedDocument {
    if (this.blocks.length === 0) {
      throw new UnparsableError("empty_document", "The document has no text.");
    }
    if (this.pages.length === 0) this.pages.push({ page: 1, start: 0, end: 0 });
    const last = this.pages.at(-1);
    if (last !== undefined) last.end = this.length;
    const cleanTitle = title?.replace(/\s+/g, " ").trim();
    return {
      title: cleanTitle === undefined || cleanTitle === "" ? null : cleanTitle,
      text: this.parts.join(""),
      pages: this.pages,
      blocks: this.blocks,
    };
  }

  private append(text: string, separator = "\n\n"): Span | null {
    if (text === "") return null;
    this.separate(separator);
    this.lastIsItem = false;
    const start = this.length;
    this.add(text);
    return { start, end: this.length };
  }

  private separate(separator = "\n\n"): void {
    if (this.lastBlock?.end === this.length) this.add(separator);
  }

  private add(text: string): void {
    this.length += text.length;
    if (this.length > LONGEST_TEXT) throw textTooLarge();
    this.parts.push(text);
  }
}

export function textTooLarge(): UnparsableError {
  return new UnparsableError(
    "text_too_large",
    `The document's text is longer than ${LONGEST_TEXT / 1024 / 1024} million characters. Split it into smaller files.`,
  );
}
