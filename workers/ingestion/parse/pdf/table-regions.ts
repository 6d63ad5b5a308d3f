import { isYear } from "../table-grid.ts";
import { type Cell, type CellRow, cellsOf, isAmount, isValue } from "./cells.ts";
import type { Line } from "./lines.ts";

/** Neighbouring lines of a flow that are a table, or that are not. */
export type Region = { kind: "prose"; lines: Line[] } | { kind: "table"; rows: CellRow[]; lines: Line[] };

/** Rows further apart than this many font sizes are not one table. */
const FARTHEST_ROWS = 4.2;
/** How many lines with a single cell may stand between rows with several. */
const MOST_LONE_LINES = 4;
/** Longer first cells are sentences with something after them. */
const LONGEST_LABEL = 110;
/** A line with more cells than this is no row: placing cells costs their number squared. */
const MOST_COLUMNS = 60;
const MOST_HEADER_LINES = 4;

/** A heading of a filing's outline ends the table above it. */
const OUTLINED = /^item\s+\d{1,2}[a-c]?\.\s+\p{Lu}/iu;
/** What heads the columns of a financial table: a period or a date. */
const PERIOD = /\b(?:ended|as of|as at|months|quarter)\b/i;

/** Finds the tables in the lines of a flow. */
export function regionsOf(lines: readonly Line[]): Region[] {
  const rows = lines.map(cellsOf);
  const regions: Region[] = [];
  let prose: Line[] = [];
  let at = 0;
  while (at < lines.length) {
    const end = endOfTable(rows, at);
    if (end <= at) {
      const line = lines[at];
      if (line !== undefined) prose.push(line);
      at++;
      continue;
    }
    const table = { kind: "table" as const, rows: rows.slice(at, end), lines: lines.slice(at, end) };
    const above = headerLines(prose, table.rows);
    table.rows.unshift(...above.map(cellsOf));
    table.lines.unshift(...above);
    prose.length -= above.length;
    if (prose.length > 0) regions.push({ kind: "prose", lines: prose });
    regions.push(table);
    prose = [];
    at = end;
  }
  if (prose.length > 0) regions.push({ kind: "prose", lines: prose });
  return regions;
}

/** The line after the table that starts at a line, or that line itself when none does. */
function endOfTable(rows: readonly CellRow[], start: number): number {
  const cells = rows[start]?.cells.length ?? 0;
  if (cells < 2 || cells > MOST_COLUMNS) return start;
  let end = start + 1;
  let valueLeft = leftOfValues(rows[start]);
  let sawAmounts = false;
  for (let at = start + 1; at < rows.length; at++) {
    const row = rows[at];
    const before = rows[at - 1];
    if (row === undefined || before === undefined || row.cells.length > MOST_COLUMNS) break;
    if (row.y - before.y > FARTHEST_ROWS * Math.max(row.size, before.size)) break;
    if (sawAmounts && startsHeader(row, rows[at + 1], valueLeft)) break;
    sawAmounts ||= row.cells.slice(1).some((cell) => isAmount(cell.text));
    if (row.cells.length > 1 || isLoneValue(row, valueLeft)) {
      valueLeft = Math.min(valueLeft, leftOfValues(row));
      end = at + 1;
    } else if (isProse(row, valueLeft) || (at - end >= MOST_LONE_LINES && isAtLeft(row, valueLeft))) break;
  }
  return isTable(rows.slice(start, end)) ? end : start;
}

/** Where the figures of a row begin: its second cell at the earliest. */
function leftOfValues(row: CellRow | undefined): number {
  const value = row?.cells.slice(1).find((cell) => isValue(cell.text));
  return value?.x ?? Number.POSITIVE_INFINITY;
}

/** A lone name over the columns of figures, below figures: the next table's header begins. */
function startsHeader(row: CellRow, next: CellRow | undefined, valueLeft: number): boolean {
  const [cell] = row.cells;
  const [below] = next?.cells ?? [];
  if (row.cells.length !== 1 || cell === undefined || below === undefined) return false;
  const left = valueLeft - row.size * 3;
  if (cell.x <= left || isValue(cell.text)) return false;
  return PERIOD.test(cell.text) || (below.x > left && (next?.cells ?? []).every((each) => isYear(each.text)));
}

/** A total without a label. */
function isLoneValue(row: CellRow, valueLeft: number): boolean {
  const [cell] = row.cells;
  return cell !== undefined && isValue(cell.text) && cell.right > valueLeft;
}

/** Labels alone, one after the other, are a list; cells of other columns may go on for long. */
function isAtLeft(row: CellRow, valueLeft: number): boolean {
  return (row.cells[0]?.x ?? 0) < valueLeft;
}

/** A lone cell that reaches into the columns of figures is text between tables. */
function isProse(row: CellRow, valueLeft: number): boolean {
  const [cell] = row.cells;
  if (cell === undefined || OUTLINED.test(cell.text)) return true;
  if (cell.x < valueLeft && cell.right > valueLeft) return true;
  return valueLeft === Number.POSITIVE_INFINITY && cell.text.length > 80;
}

/** Two rows at least, with figures in a common column or cells that start or end under each other. */
function isTable(rows: readonly CellRow[]): boolean {
  const wide = rows.filter((row) => row.cells.length > 1);
  if (wide.length < 2) return false;
  const sentences = wide.filter((row) => (row.cells[0]?.text.length ?? 0) > LONGEST_LABEL).length;
  if (sentences * 2 >= wide.length) return false;
  const values = wide.filter((row) => row.cells.slice(1).some((cell) => isValue(cell.text))).length;
  if (values >= 2 && values >= wide.length / 3) return true;
  let aligned = 0;
  for (let at = 1; at < wide.length; at++) if (areAligned(wide[at - 1], wide[at])) aligned++;
  return aligned >= Math.max(1, (wide.length - 1) * 0.5);
}

function areAligned(one: CellRow | undefined, other: CellRow | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.cells.slice(1).some((cell) => other.cells.slice(1).some((below) => near(cell, below)));
}

function near(one: Cell, other: Cell): boolean {
  return (
    Math.abs(one.x - other.x) < 3 ||
    Math.abs(one.right - other.right) < 3 ||
    Math.abs(one.x + one.right - other.x - other.right) < 6
  );
}

/** The lines right above a table that stand over its columns of figures: "Year ended December 31,". */
function headerLines(prose: readonly Line[], rows: readonly CellRow[]): Line[] {
  const taken: Line[] = [];
  const left = Math.min(...rows.flatMap((row) => row.cells.slice(1).map((cell) => cell.x)));
  const right = Math.max(...rows.flatMap((row) => row.cells.map((cell) => cell.right)));
  let below = rows[0];
  for (let at = prose.length - 1; at >= 0 && taken.length < MOST_HEADER_LINES && below !== undefined; at--) {
    const line = prose[at];
    if (line === undefined) break;
    const row = cellsOf(line);
    const [cell] = row.cells;
    const isClose = below.y - row.y <= 2.2 * Math.max(row.size, below.size);
    const isOver = row.cells.length === 1 && cell !== undefined && cell.x >= left - row.size * 2.5;
    if (!isClose || !isOver || cell.right > right + row.size * 3 || cell.text.length > 80) break;
    taken.unshift(line);
    below = row;
  }
  return taken;
}
