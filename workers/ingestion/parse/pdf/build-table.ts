import { mergeHeader } from "../table-grid.ts";
import { type Band, bandOf, bandsOf, headerSpans, partedByBands } from "./bands.ts";
import { type CellRow, isAmount, isValue } from "./cells.ts";

export interface BuiltTable {
  header: string[] | null;
  rows: string[][];
}

interface Row {
  y: number;
  size: number;
  cells: string[];
}

/** A page holds no table of more rows. */
const MOST_ROWS = 400;
const MOST_HEADER_ROWS = 6;
const ENDS_OPEN =
  /(?:[,;–—-]|\b(?:and|or|of|the|to|for|in|on|by|with|from|a|an|net|per|und|der|die|von|für|et|de|la))$/i;
const STARTS_LOWER = /^[\p{Ll}(]/u;

/** Makes a Markdown-ready table of placed cells: columns from where figures stand, header rows merged, wrapped labels joined. */
export function buildTable(source: readonly CellRow[]): BuiltTable | null {
  if (source.length > MOST_ROWS) return null;
  const headerCount = countHeaderRows(source);
  const body = source.slice(headerCount);
  const bands = bandsOf(body.length > 1 ? body : source);
  if (bands.length < 2) return null;
  const firstValue = firstValueBand(bands, body);
  const header = headerOf(source.slice(0, headerCount), bands, firstValue);
  const rows = joinWrapped(body.map((row) => rowOf(row, bands)));
  return { header, rows: rows.map((row) => row.cells) };
}

/** Rows on top without amounts; all but none when nothing below has any. */
function countHeaderRows(rows: readonly CellRow[]): number {
  const first = rows.findIndex((row) =>
    row.cells.some((cell, index) => isAmount(cell.text) && (index > 0 || row.cells.length === 1)),
  );
  if (first < 0) return isNameRow(rows) ? 1 : 0;
  let count = Math.min(first, MOST_HEADER_ROWS);
  // A lone label right above the first figures opens the table's first group of rows: "Current assets".
  while (count > 0 && isGroupLabel(rows, count - 1)) count--;
  return count;
}

/** A lone cell at the left is a label, not a name of a column, once the columns were named above it. */
function isGroupLabel(rows: readonly CellRow[], at: number): boolean {
  const row = rows[at];
  const [cell] = row?.cells ?? [];
  if (row === undefined || cell === undefined || row.cells.length > 1) return false;
  const left = Math.min(...rows.flatMap((each) => each.cells.map((other) => other.x)));
  return cell.x <= left + row.size * 4;
}

/** A table of words has its first row for names when it is set in bold and the next is not. */
function isNameRow(rows: readonly CellRow[]): boolean {
  return rows[0]?.bold === true && rows[1]?.bold === false && (rows[0]?.cells.length ?? 0) > 1;
}

function firstValueBand(bands: readonly Band[], body: readonly CellRow[]): number {
  const counts = bands.map(() => 0);
  for (const row of body) {
    for (const cell of row.cells) {
      if (isValue(cell.text)) {
        const band = bandOf(bands, cell);
        counts[band] = (counts[band] ?? 0) + 1;
      }
    }
  }
  const first = counts.findIndex((count) => count > 0);
  return Math.max(first, 1);
}

function headerOf(rows: readonly CellRow[], bands: readonly Band[], firstValue: number): string[] | null {
  const grid = rows.map((row) => {
    const names = Array<string>(bands.length).fill("");
    const cells = row.cells.flatMap((cell) => partedByBands(bands, cell));
    const spans = headerSpans(bands, cells, firstValue);
    for (const [index, cell] of cells.entries()) {
      const [from, to] = spans[index] ?? [0, 0];
      for (let band = from; band <= to; band++) names[band] = join(names[band] ?? "", cell.text);
    }
    return names;
  });
  return mergeHeader(grid, bands.length);
}

function rowOf(row: CellRow, bands: readonly Band[]): Row {
  const cells = Array<string>(bands.length).fill("");
  for (const cell of row.cells) {
    const band = bandOf(bands, cell);
    cells[band] = join(cells[band] ?? "", cell.text);
  }
  return { y: row.y, size: row.size, cells };
}

/** A label too long for its column goes on in the line below; its figures stand beside one of the lines. */
function joinWrapped(rows: readonly Row[]): Row[] {
  const joined: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const before = joined.at(-1);
    if (before === undefined) joined.push({ ...row, cells: [...row.cells] });
    else if (
      continuesCells(row, before) ||
      isFiguresOf(row, before) ||
      continuesLabel(row, before, rows[index + 1])
    ) {
      before.cells = before.cells.map((cell, at) => join(cell, row.cells[at] ?? ""));
      before.y = row.y;
    } else joined.push({ ...row, cells: [...row.cells] });
  }
  return joined;
}

/** Figures set a little lower than their label. */
function isFiguresOf(row: Row, before: Row): boolean {
  if (row.cells[0] !== "" || before.cells[0] === "" || row.y - before.y > row.size * 0.98) return false;
  return before.cells.slice(1).every((cell) => cell === "") && row.cells.some(isValue);
}

/** Words under words, with no label of their own. */
function continuesCells(row: Row, before: Row): boolean {
  if (row.cells[0] !== "" || before.cells[0] === "") return false;
  return row.cells.every(
    (cell, at) =>
      cell === "" || (!isValue(cell) && (before.cells[at] ?? "") !== "" && !isValue(before.cells[at] ?? "")),
  );
}

function continuesLabel(row: Row, before: Row, next: Row | undefined): boolean {
  const label = row.cells[0] ?? "";
  const labelBefore = before.cells[0] ?? "";
  if (label === "" || labelBefore === "" || labelBefore.endsWith(":")) return false;
  const isLone = row.cells.slice(1).every((cell) => cell === "");
  const isLoneBefore = before.cells.slice(1).every((cell) => cell === "");
  if (isLoneBefore) return STARTS_LOWER.test(label) || ENDS_OPEN.test(labelBefore);
  if (!isLone || !/^\p{Ll}/u.test(label)) return false;
  return next === undefined || row.y - before.y <= next.y - row.y + 0.5;
}

function join(left: string, right: string): string {
  return left === "" || right === "" ? left + right : `${left} ${right}`;
}
