import type { Handler } from "htmlparser2";
import type { ParsedDocument, Span } from "../parsed-document.ts";
import { DocumentBuilder } from "./document-builder.ts";
import type { DocxStyles } from "./docx-styles.ts";
import { SpannedTable } from "./spanned-table.ts";
import { tidyGrid } from "./table-grid.ts";
import { cleanText } from "./text-encoding.ts";

type Attributes = Readonly<Record<string, string>>;

/** Left out with all that is in them: tracked deletions, the old half of moves, field codes, drawings' fallbacks. */
const LEFT_OUT = new Set([
  "w:del",
  "w:moveFrom",
  "w:instrText",
  "w:delText",
  "mc:Fallback",
  "w:rPrChange",
  "w:pPrChange",
]);

interface OpenTable {
  table: SpannedTable;
  paragraphs: string[];
  columns: number;
  /** Set for a cell that continues the one above it. */
  isContinued: boolean;
  isHeaderRow: boolean;
  /** The text of each column's last started vertical merge. */
  merged: string[];
  column: number;
}

/** Turns the events of WordprocessingML into a document (ECMA-376-1 §17). */
export class DocxReader implements Partial<Handler> {
  private readonly builder = new DocumentBuilder();
  private readonly tables: OpenTable[] = [];
  private text = "";
  private style = "";
  private outlineLevel: number | null = null;
  private isListItem = false;
  private isInRun = false;
  private skipped = 0;
  private skipNote = false;
  private note = "";
  private title: string | null = null;
  private firstHeading: string | null = null;
  private caption: Span | null = null;
  private readonly depthOfParagraphs: {
    text: string;
    style: string;
    outline: number | null;
    isItem: boolean;
  }[] = [];

  private readonly styles: DocxStyles;

  constructor(styles: DocxStyles) {
    this.styles = styles;
  }

  finish(coreTitle: string | null): ParsedDocument {
    return this.builder.finish(coreTitle ?? this.title ?? this.firstHeading);
  }

  onopentag(name: string, attributes: Attributes): void {
    if (LEFT_OUT.has(name)) this.skipped++;
    if (this.skipped > 0) return;
    const value = attributes["w:val"] ?? "";
    if (name === "w:t" || name === "m:t") this.isInRun = true;
    else if (name === "w:tab") this.addToRun(" ");
    else if (name === "w:br" || name === "w:cr") this.addToRun(attributes["w:type"] === "page" ? " " : "\n");
    else if (name === "w:noBreakHyphen") this.text += "-";
    else if (name === "w:footnoteReference" || name === "w:endnoteReference")
      this.text += `[${attributes["w:id"] ?? ""}]`;
    else if (name === "w:footnote" || name === "w:endnote") this.startNote(attributes);
    else if (name === "w:p") this.startParagraph();
    else if (name === "w:pStyle") this.style = value;
    else if (name === "w:outlineLvl") this.outlineLevel = Number(value);
    else if (name === "w:numPr") this.isListItem = true;
    else this.openInTable(name, attributes, value);
  }

  ontext(text: string): void {
    if (this.isInRun && this.skipped === 0 && !this.skipNote) this.text += text;
  }

  onclosetag(name: string): void {
    if (LEFT_OUT.has(name)) this.skipped--;
    else if (this.skipped > 0) return;
    else if (name === "w:t" || name === "m:t") this.isInRun = false;
    else if (name === "w:p") this.endParagraph();
    else if (name === "w:footnote" || name === "w:endnote") this.skipNote = false;
    else if (name === "w:tc") this.endCell();
    else if (name === "w:tr") this.endRow();
    else if (name === "w:tbl") this.endTable();
  }

  /** `w:tab` and `w:br` also stand in paragraph properties, where no text has begun. */
  private addToRun(text: string): void {
    if (this.text !== "") this.text += text;
  }

  /** Notes whose type is a separator hold no text of the author's. */
  private startNote(attributes: Attributes): void {
    this.skipNote = (attributes["w:type"] ?? "normal") !== "normal";
    this.note = this.skipNote ? "" : `[${attributes["w:id"] ?? ""}] `;
  }

  /** A text box is a paragraph in a paragraph: the outer one waits. */
  private startParagraph(): void {
    this.depthOfParagraphs.push({
      text: this.text,
      style: this.style,
      outline: this.outlineLevel,
      isItem: this.isListItem,
    });
    this.text = "";
    this.style = "";
    this.outlineLevel = null;
    this.isListItem = false;
  }

  private endParagraph(): void {
    const text = cleanText(this.text)
      .replace(/[^\S\n]+/g, " ")
      .trim();
    if (text !== "") this.addParagraph(this.note + text);
    if (text !== "") this.note = "";
    const outer = this.depthOfParagraphs.pop();
    this.text = outer?.text ?? "";
    this.style = outer?.style ?? "";
    this.outlineLevel = outer?.outline ?? null;
    this.isListItem = outer?.isItem ?? false;
  }

  private addParagraph(text: string): void {
    const table = this.tables.at(-1);
    if (table !== undefined) {
      table.paragraphs.push(text);
      return;
    }
    const level = this.outlineLevel === null ? this.styles.headingLevel(this.style) : this.outlineLevel + 1;
    this.caption = null;
    if (this.styles.isTitle(this.style)) {
      this.title ??= text;
      this.builder.heading(1, text);
    } else if (level !== null && level < 10) {
      this.firstHeading ??= text;
      this.builder.heading(level, text);
    } else if (this.isListItem) this.builder.listItem(`- ${text}`);
    else {
      const span = this.builder.paragraph(text);
      if (this.styles.isCaption(this.style)) this.caption = span;
    }
  }

  private openInTable(name: string, attributes: Attributes, value: string): void {
    if (name === "w:tbl") {
      this.tables.push({
        table: new SpannedTable(),
        paragraphs: [],
        columns: 1,
        isContinued: false,
        isHeaderRow: false,
        merged: [],
        column: 0,
      });
      return;
    }
    const open = this.tables.at(-1);
    if (open === undefined) return;
    if (name === "w:tr") {
      open.table.startRow();
      open.isHeaderRow = false;
      open.column = 0;
    } else if (name === "w:tblHeader") open.isHeaderRow = value !== "0" && value !== "false";
    else if (name === "w:tc") {
      open.paragraphs = [];
      open.columns = 1;
      open.isContinued = false;
    } else if (name === "w:gridSpan") open.columns = Number(value) || 1;
    else if (name === "w:vMerge") open.isContinued = value !== "restart";
    else if (name === "w:gridBefore")
      open.table.cell("", { isHeader: false, columns: Number(value) || 1, rows: 1 });
    else if (name === "w:tblCaption" && attributes["w:val"] !== undefined) open.table.caption = value;
  }

  private endCell(): void {
    const open = this.tables.at(-1);
    if (open === undefined) return;
    const text = open.isContinued ? (open.merged[open.column] ?? "") : open.paragraphs.join(" ");
    open.table.cell(text, { isHeader: open.isHeaderRow, columns: open.columns, rows: 1 });
    open.merged[open.column] = text;
    open.column += open.columns;
    open.paragraphs = [];
  }

  private endRow(): void {
    const open = this.tables.at(-1);
    open?.table.endRow(open.isHeaderRow);
  }

  /** A table within a cell becomes the cell's text, its rows in reading order. */
  private endTable(): void {
    const open = this.tables.pop();
    if (open === undefined) return;
    const outer = this.tables.at(-1);
    const { header, rows } = tidyGrid(open.table);
    if (outer !== undefined) {
      for (const row of [...(header === null ? [] : [header]), ...rows]) outer.paragraphs.push(row.join(" "));
      return;
    }
    const caption = this.caption ?? this.builder.paragraph(open.table.caption);
    this.caption = null;
    const width = header?.length ?? rows[0]?.length ?? 0;
    if (width > 1) this.builder.table({ header, rows, caption });
    else
      for (const row of [...(header === null ? [] : [header]), ...rows])
        this.builder.paragraph(row.join(" "));
  }
}
