/** A row's cells under the names of their columns, as far as its table gives them. */
export interface NamedCells {
  cells: string[];
  /** One name a cell, header lines joined from the top; empty strings where none is known. */
  columns: string[];
}

/** A Markdown table row, with what its table says about it. */
export interface TableRow extends NamedCells {
  /** The line above the table; empty when there is none. */
  caption: string;
  /** The last row above it that has a label and no values, which heads the rows below it; empty when there is none. */
  group: string;
}

const SEPARATOR_CELL = /^:?-+:?$/;
/** A sign that a PDF's table sets in a column of its own: it belongs to the number beside it. */
const LONE_SIGN = /^[$€£¥%)]$/u;

/** Whether a line is a row of a Markdown table. */
export function isTableLine(line: string): boolean {
  return line.trimStart().startsWith("|");
}

/** The cells of a Markdown row, trimmed; an escaped bar stays in its cell. */
export function cellsOf(line: string): string[] {
  const cells = line
    .trim()
    .replace(/^\|/, "")
    .split(/(?<!\\)\|/);
  if (cells.length > 1 && cells.at(-1)?.trim() === "") cells.pop();
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

export function isSeparator(cells: string[]): boolean {
  return cells.length > 0 && cells.every((cell) => SEPARATOR_CELL.test(cell));
}

/**
 * Whether a table's first row names its columns although no separator line says so:
 * nothing in it is a value, and years stand as names.
 */
export function looksLikeHeader(cells: string[]): boolean {
  return (
    cells.length > 1 && cells.slice(1).every((cell) => !/\p{N}/u.test(cell) || /\b(?:19|20)\d\d\b/.test(cell))
  );
}

/** A row that has only a label: it heads those below it. */
export function isBareLabel(cells: string[]): boolean {
  return cells.slice(1).every((cell) => cell === "");
}

/** Whether a row inside a table names its columns anew: all its values are years or dates. */
export function namesPeriods(cells: string[]): boolean {
  const values = cells.slice(1).filter((cell) => cell !== "");
  return values.length > 1 && values.every((cell) => PERIOD.test(cell));
}

const PERIOD = /^(?:(?:fy|\p{L}+ \d{1,2},?) ?)?(?:19|20)\d\d$/iu;

/**
 * Puts the names over a row's cells; where the counts differ, cells that hold only a sign
 * are dropped from both, and a header one cell short is taken to have no name for the labels.
 */
export function nameColumns(cells: string[], header: string[][]): NamedCells {
  const bare = header.some((names) => names.length !== cells.length);
  const values = bare ? withoutSigns(cells) : cells;
  const columns = values.map(() => "");
  for (const line of header) {
    const names = bare ? withoutSigns(line) : line;
    const shift = values.length - names.length;
    if (shift === 0 || shift === 1) join(columns, names, shift);
  }
  return { cells: values, columns };
}

function join(columns: string[], names: string[], shift: number): void {
  names.forEach((name, at) => {
    const above = columns[at + shift] ?? "";
    if (name !== "" && name !== above) columns[at + shift] = above === "" ? name : `${above} ${name}`;
  });
}

function withoutSigns(cells: string[]): string[] {
  const [label = "", ...values] = cells;
  return [label, ...values.filter((cell) => cell !== "" && !LONE_SIGN.test(cell))];
}
