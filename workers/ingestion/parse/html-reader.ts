import type { Handler } from "htmlparser2";
import type { ParsedDocument } from "../parsed-document.ts";
import { DocumentBuilder } from "./document-builder.ts";
import { type HtmlScope, isBoilerplate, isInvisible, isMainPart } from "./html-boilerplate.ts";
import { SpannedTable } from "./spanned-table.ts";
import { tidyGrid } from "./table-grid.ts";
import { cleanText } from "./text-encoding.ts";

type Attributes = Readonly<Record<string, string>>;

const BLOCKS = new Set(
  "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hr html legend main nav ol p pre section summary ul option".split(
    " ",
  ),
);
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

interface OpenTable {
  table: SpannedTable;
  isInHead: boolean;
  /** Set when the table turned out to lay out the page: its cells' text goes straight into the document. */
  isLayout: boolean;
  cell: { isHeader: boolean; columns: number; rows: number } | null;
}

/** Turns the parser's events into a document. Keeps flat state and one list of open elements: no recursion. */
export class HtmlReader implements Partial<Handler> {
  hasMainPart = false;
  sawBoilerplate = false;
  private readonly builder = new DocumentBuilder();
  private readonly tables: OpenTable[] = [];
  private readonly lists: { ordered: boolean; next: number }[] = [];
  private title = "";
  private firstHeading = "";
  private isInTitle = false;
  private text = "";
  private marker = "";
  private heading = 0;
  private preformatted = 0;
  private skipped = 0;
  private mainParts = 0;
  private depth = 0;
  private readonly skipStack: number[] = [];
  private readonly mainStack: number[] = [];

  private readonly scope: HtmlScope;

  constructor(scope: HtmlScope) {
    this.scope = scope;
  }

  get size(): number {
    return this.builder.size;
  }

  finish(): ParsedDocument {
    return this.builder.finish(cleanText(this.title).trim() || this.firstHeading);
  }

  onopentag(name: string, attributes: Attributes): void {
    if (!VOID.has(name)) this.depth++;
    if (this.skipped > 0) return;
    if (name === "title" && this.title === "") this.isInTitle = true;
    if (isInvisible(name, attributes) || this.isLeftOut(name, attributes)) {
      if (VOID.has(name)) return;
      this.skipStack.push(this.depth);
      this.skipped++;
      if (!isInvisible(name, attributes)) this.flush();
      return;
    }
    if (isMainPart(name, attributes)) {
      this.flush();
      this.hasMainPart = true;
      this.mainStack.push(this.depth);
      this.mainParts++;
    }
    this.open(name, attributes);
  }

  onclosetag(name: string): void {
    if (VOID.has(name)) return;
    if (name === "title") this.isInTitle = false;
    if (this.skipStack.at(-1) === this.depth) {
      this.skipStack.pop();
      this.skipped--;
    } else if (this.skipped === 0) {
      this.close(name);
      if (this.mainStack.at(-1) === this.depth) {
        this.flush();
        this.mainStack.pop();
        this.mainParts--;
      }
    }
    this.depth--;
  }

  ontext(text: string): void {
    if (this.isInTitle) this.title += text;
    else if (this.skipped === 0 && (this.scope !== "main" || this.mainParts > 0)) this.text += text;
  }

  onend(): void {
    while (this.tables.length > 0) this.endTable();
    this.flush();
  }

  private isLeftOut(name: string, attributes: Attributes): boolean {
    if (!isBoilerplate(name, attributes, this.mainParts > 0)) return false;
    this.sawBoilerplate = true;
    return this.scope !== "everything";
  }

  private open(name: string, attributes: Attributes): void {
    const table = this.tables.at(-1);
    if (name === "br") this.text += this.preformatted > 0 || table === undefined ? "\n" : " ";
    else if (name === "table") this.startTable();
    else if (table !== undefined && !table.isLayout) this.openInTable(table, name, attributes);
    else if (/^h[1-6]$/.test(name)) {
      this.flush();
      this.heading = Number(name.charAt(1));
    } else if (name === "li") {
      this.flush();
      const list = this.lists.at(-1);
      this.marker = list?.ordered ? `${list.next++}. ` : "- ";
    } else if (BLOCKS.has(name) || name === "tr" || name === "td" || name === "th") {
      this.flush();
      if (name === "pre") this.preformatted++;
      if (name === "ul" || name === "ol") {
        this.lists.push({ ordered: name === "ol", next: Number(attributes.start ?? 1) || 1 });
      }
    }
  }

  private close(name: string): void {
    const table = this.tables.at(-1);
    if (name === "table") this.endTable();
    else if (table !== undefined && !table.isLayout) this.closeInTable(table, name);
    else if (
      BLOCKS.has(name) ||
      name === "li" ||
      name === "tr" ||
      name === "td" ||
      name === "th" ||
      /^h[1-6]$/.test(name)
    ) {
      this.flush();
      if (name === "pre") this.preformatted = Math.max(0, this.preformatted - 1);
      if (name === "ul" || name === "ol") this.lists.pop();
    }
  }

  private startTable(): void {
    const outer = this.tables.at(-1);
    if (outer !== undefined && !outer.isLayout) this.spill(outer);
    this.flush();
    this.tables.push({ table: new SpannedTable(), isInHead: false, isLayout: false, cell: null });
  }

  /** A table with a table in it lays out the page: what its cells held so far becomes paragraphs. */
  private spill(open: OpenTable): void {
    open.isLayout = true;
    const pending = this.text;
    for (const cell of open.table.contents) this.builder.paragraph(cell);
    this.text = pending;
  }

  private openInTable(open: OpenTable, name: string, attributes: Attributes): void {
    if (name === "thead") open.isInHead = true;
    else if (name === "tr") {
      this.endCell(open);
      open.table.startRow();
    } else if (name === "caption") this.text = "";
    else if (name === "td" || name === "th") {
      this.endCell(open);
      this.text = "";
      open.cell = {
        isHeader: name === "th" && attributes.scope !== "row",
        columns: Number(attributes.colspan ?? 1) || 1,
        rows: Math.min(Number(attributes.rowspan ?? 1) || 1, 10_000),
      };
    } else if (BLOCKS.has(name) || name === "li") this.text += " ";
  }

  private closeInTable(open: OpenTable, name: string): void {
    if (name === "thead") open.isInHead = false;
    else if (name === "caption") {
      open.table.caption = this.takeText();
    } else if (name === "td" || name === "th") this.endCell(open);
    else if (name === "tr") {
      this.endCell(open);
      open.table.endRow(open.isInHead);
    } else if (BLOCKS.has(name) || name === "li") this.text += " ";
  }

  private endCell(open: OpenTable): void {
    if (open.cell === null) return;
    open.table.cell(this.takeText(), open.cell);
    open.cell = null;
  }

  private endTable(): void {
    const open = this.tables.pop();
    if (open === undefined) return;
    if (open.isLayout) {
      this.flush();
      return;
    }
    this.endCell(open);
    open.table.endRow(open.isInHead);
    const caption = this.builder.paragraph(open.table.caption);
    const { header, rows } = tidyGrid(open.table);
    const width = header?.length ?? rows[0]?.length ?? 0;
    if (width > 1 && rows.length + (header === null ? 0 : 1) > 1)
      this.builder.table({ header, rows, caption });
    else
      for (const row of [...(header === null ? [] : [header]), ...rows])
        this.builder.paragraph(row.join(" "));
    this.text = "";
  }

  private takeText(): string {
    const text = cleanText(this.text).replace(/\s+/g, " ").trim();
    this.text = "";
    return text;
  }

  private flush(): void {
    if (this.preformatted > 0) {
      const text = cleanText(this.text).replace(/^\n+|\s+$/g, "");
      this.text = "";
      if (text !== "") this.builder.paragraph(text);
      return;
    }
    const text = cleanText(this.text)
      .replace(/[^\S\n]+/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .trim();
    this.text = "";
    if (text === "") return;
    if (this.heading > 0) {
      this.builder.heading(this.heading, text);
      if (this.firstHeading === "") this.firstHeading = text.replace(/\s+/g, " ");
    } else if (this.marker !== "") this.builder.listItem(this.marker + text);
    else this.builder.paragraph(text);
    this.heading = 0;
    this.marker = "";
  }
}
