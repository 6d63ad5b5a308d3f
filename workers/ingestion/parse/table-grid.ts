/** A table's cells as its markup or its layout gives them, before they are made readable. */
export interface TableGrid {
  /** Rows that name the columns, top to bottom. A cell that spans columns stands in each of them. */
  header: string[][];
  rows: string[][];
}

const OPENS_NUMBER = /^(?:[$€£¥₹]|US\$|C\$|A\$|HK\$|R\$|CHF|EUR|USD|GBP)?\s*\(?$/;
const CLOSES_NUMBER = /^(?:\)|\)\s*%|%|\)?\s*(?:bps?|x|pts?))$/;
/** Figures as financial tables print them: `1,234`, `(5.6)`, `—`, `$12`, `3.4 %`, `N/A`. */
const FIGURE =
  /^[([]?\s*[-−–—+]?\s*(?:[$€£¥₹]|US\$)?\s*[([]?\s*(?:[-−–—+]?\s*\d[\d,.' ]*|\.\d+)\s*(?:%|x|bps?)?\s*[)\]]?\s*(?:%|pts?)?\s*(?:\([a-z\d]{1,2}\)|[*†‡])?$|^[-−–—]+\s*%?$|^(?:N\/?[AM]|NM|n\.?m\.?|\*+)$/;
const LONGEST_FIGURE = 40;
const YEAR =
  /^(?:(?:FY|CY|Q[1-4])?\s*'?(?:19|20)\d\d(?:\s*[EA])?|(?:19|20)\d\d\s*[-–/]\s*(?:\d\d|(?:19|20)\d\d))(?:\s*\([a-z\d]{1,2}\))?$/;

/** Whether a cell holds a figure (not a year, which names a column more often than it fills one). */
export function isFigure(cell: string): boolean {
  return cell.length <= LONGEST_FIGURE && FIGURE.test(cell) && !YEAR.test(cell);
}

export function isYear(cell: string): boolean {
  return YEAR.test(cell);
}

/** Whether a cell holds only what stands before a number: a currency sign, an opening bracket. */
export function opensNumber(cell: string): boolean {
  return cell !== "" && OPENS_NUMBER.test(cell);
}

/** Whether a cell holds only what stands after a number: a closing bracket, a percent sign. */
export function closesNumber(cell: string): boolean {
  return CLOSES_NUMBER.test(cell);
}

/**
 * Makes a grid readable: currency signs, brackets and percent signs that got cells of their own join their
 * numbers, columns and rows left empty go, and the header's rows become one.
 */
export function tidyGrid(source: TableGrid): { header: string[] | null; rows: string[][] } {
  const grid = source.header.length === 0 ? splitHeader(source.rows) : source;
  const width = Math.max(0, ...[...grid.header, ...grid.rows].map((row) => row.length));
  const rows = grid.rows.map((row) => joinSymbols(padded(row, width)));
  const header = mergeHeader(grid.header, width);
  const kept: number[] = [];
  for (let column = 0; column < width; column++) {
    const isFilled = rows.some((row) => row[column] !== "");
    const name = header?.[column] ?? "";
    const isNamed = name !== "" && name !== header?.[column - 1] && name !== header?.[column + 1];
    if (isFilled || (isNamed && rows.length === 0)) kept.push(column);
    else if (isNamed && header !== null) moveName(header, column, rows);
  }
  const pick = (row: string[]): string[] => kept.map((column) => row[column] ?? "");
  const keptHeader = header === null ? null : pick(header);
  return {
    header: keptHeader?.some((name) => name !== "") ? keptHeader : null,
    rows: rows.map(pick).filter((row) => row.some((cell) => cell !== "")),
  };
}

/**
 * Rows on top that hold no figures name the columns of a table that has figures below; a table of words takes its
 * first row for names when that is filled throughout and short.
 */
export function splitHeader(rows: string[][]): TableGrid {
  const firstFigures = rows.findIndex((row) => row.some(isFigure));
  if (firstFigures > 0 && firstFigures <= 5) {
    const named = rows.slice(0, firstFigures).filter((row) => row.slice(1).some((cell) => cell !== ""));
    if (named.length > 0) return { header: rows.slice(0, firstFigures), rows: rows.slice(firstFigures) };
  }
  const first = rows[0] ?? [];
  const isNames = first.every((cell) => cell !== "" && cell.length <= 60 && !/[.;]$/.test(cell));
  if (firstFigures < 0 && rows.length > 1 && isNames) return { header: [first], rows: rows.slice(1) };
  return { header: [], rows };
}

/** One name a column: the header's rows joined top to bottom, repetitions left out. */
export function mergeHeader(header: readonly string[][], width: number): string[] | null {
  if (header.length === 0) return null;
  const names: string[] = [];
  for (let column = 0; column < width; column++) {
    const parts: string[] = [];
    for (const row of header) {
      const part = row[column] ?? "";
      if (part !== "" && part !== parts.at(-1)) parts.push(part);
    }
    names.push(parts.join(" "));
  }
  return names;
}

function padded(row: readonly string[], width: number): string[] {
  return row.length === width ? [...row] : [...row, ...Array<string>(width - row.length).fill("")];
}

function joinSymbols(row: string[]): string[] {
  for (let column = row.length - 2; column >= 0; column--) {
    const cell = row[column] ?? "";
    if (!opensNumber(cell)) continue;
    const next = nextFilled(row, column);
    if (next < 0 || !/^[\d(.\-−–—]/.test(row[next] ?? "")) continue;
    row[next] = cell + (row[next] ?? "");
    row[column] = "";
  }
  for (let column = 1; column < row.length; column++) {
    const cell = row[column] ?? "";
    if (!closesNumber(cell)) continue;
    const before = previousFilled(row, column);
    if (before < 0 || !/[\d)—–-]$/.test(row[before] ?? "")) continue;
    row[before] = (row[before] ?? "") + cell;
    row[column] = "";
  }
  return row;
}

function nextFilled(row: readonly string[], column: number): number {
  for (let at = column + 1; at <= column + 2 && at < row.length; at++) if (row[at] !== "") return at;
  return -1;
}

function previousFilled(row: readonly string[], column: number): number {
  for (let at = column - 1; at >= column - 2 && at >= 0; at--) if (row[at] !== "") return at;
  return -1;
}

/** A name over an empty column belongs to the unnamed filled column beside it. */
function moveName(header: string[], column: number, rows: readonly string[][]): void {
  for (const beside of [column + 1, column - 1]) {
    if (header[beside] === "" && rows.some((row) => (row[beside] ?? "") !== "")) {
      header[beside] = header[column] ?? "";
      return;
    }
  }
}
