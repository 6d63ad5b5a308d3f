/**
 * What every parser makes of a file: one stored text, and the structure that lies over it.
 * All offsets are UTF-16 code units into `text` (JavaScript string indices), start inclusive, end exclusive.
 */
export interface ParsedDocument {
  /** The document's own title, when it states one. */
  title: string | null;
  /** The stored text. Citations quote it to the letter; it never changes for a version. Lines end in `\n`. */
  text: string;
  /** In order and without gaps: together they cover `text`. Formats without pages have one, numbered 1. */
  pages: PageSpan[];
  /** In order, not overlapping. What stands between blocks is white space (and the front matter of Markdown). */
  blocks: Block[];
}

export interface PageSpan {
  /** Counted from 1, as a reader of the PDF counts. */
  page: number;
  start: number;
  end: number;
}

export type Block = TextBlock | HeadingBlock | TableBlock;

/** A paragraph, a list item, a code block, a JSON record. */
export interface TextBlock {
  kind: "text";
  start: number;
  end: number;
}

export interface HeadingBlock {
  kind: "heading";
  /** 1 is the highest. */
  level: number;
  start: number;
  end: number;
}

/** A table, in `text` as Markdown rows (`| a | b |`), one row a line. */
export interface TableBlock {
  kind: "table";
  start: number;
  end: number;
  /** The line or lines that name the columns (with the `|---|` line under them), within start and end; null when the table has none. */
  header: Span | null;
  /** The table's caption, wherever in `text` it stands; null when it has none. */
  caption: Span | null;
}

export interface Span {
  start: number;
  end: number;
}

/** Why a file cannot be ingested: a code that never changes its meaning, and a sentence for the person who uploaded it. */
export class UnparsableError extends Error {
  override readonly name = "UnparsableError";
  readonly code: UnparsableCode;

  constructor(code: UnparsableCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type UnparsableCode =
  | "empty_document"
  | "no_text_found"
  | "unsupported_type"
  | "type_mismatch"
  | "encrypted_document"
  | "damaged_document"
  | "archive_bomb"
  | "archive_too_deep"
  | "archive_too_large"
  | "text_too_large"
  | "page_too_large";
