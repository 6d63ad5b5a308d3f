import { isFigure } from "./table-grid.ts";

const MOST_COLUMNS = 1000;
const MOST_CELLS = 2_000_000;

interface RowSpan {
  rowsLeft: number;
  text: string;
}

/** Collects a table whose cells span columns and rows (HTML `colspan` and `rowspan`, DOCX `gridSpan`). */
export class SpannedTable {
  caption = "";
  readonly header: string[][] = [];
  readonly rows: string[][] = [];
  private readonly down = new Map<number, RowSpan>();
  private row: string[] = [];
  private isHeaderRow = true;
  private hasCells = false;
  private sawFigure = false;
  private cells = 0;

  /** All cells added so far, those of a row that has not ended included. */
  get contents(): string[] {
    return [...this.header, ...this.rows, this.row].flat();
  }

  startRow(): void {
    this.row = [];
    this.isHeaderRow = true;
    this.hasCells = false;
  }

  /**
   * Adds a cell to the row. What may name columns (a header cell, any cell before the first figure) is repeated over
   * the columns it spans; another stands in the first.
   */
  cell(text: string, options: { isHeader: boolean; columns: number; rows: number }): void {
    this.fillSpanned();
    this.hasCells = true;
    if (!options.isHeader && text !== "") this.isHeaderRow = false;
    if (isFigure(text)) this.sawFigure = true;
    const isRepeated = options.isHeader || (!this.sawFigure && this.row.length > 0);
    const columns = Math.min(Math.max(options.columns, 1), MOST_COLUMNS);
    for (let at = 0; at < columns && this.row.length < MOST_COLUMNS && this.cells < MOST_CELLS; at++) {
      const value = at === 0 || isRepeated ? text : "";
      if (options.rows > 1) this.down.set(this.row.length, { rowsLeft: options.rows - 1, text: value });
      this.row.push(value);
      this.cells++;
    }
  }

  endRow(isInHead: boolean): void {
    this.fillSpanned();
    if (!this.hasCells) return;
    const isHeader = isInHead || (this.isHeaderRow && this.rows.length === 0);
    (isHeader ? this.header : this.rows).push(this.row);
    this.row = [];
    this.hasCells = false;
  }

  private fillSpanned(): void {
    for (
      let span = this.down.get(this.row.length);
      span !== undefined;
      span = this.down.get(this.row.length)
    ) {
      const column = this.row.length;
      this.row.push(span.text);
      this.cells++;
      if (--span.rowsLeft <= 0) this.down.delete(column);
      if (this.row.length >= MOST_COLUMNS || this.cells >= MOST_CELLS) return;
    }
  }
}
