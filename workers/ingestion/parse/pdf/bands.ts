import { type Cell, type CellRow, isValue } from "./cells.ts";
import type { Piece } from "./lines.ts";

/** The horizontal stretch of a table's column. */
export interface Band {
  x: number;
  right: number;
}

/**
 * The columns of a table, from where its cells stand: cells that overlap share a column. Figures go first, being
 * narrow; a cell over several columns joins them when no row has both filled, and else spans them.
 */
export function bandsOf(rows: readonly CellRow[]): Band[] {
  const bands: Band[] = [];
  const figures: Cell[] = [];
  const words: Cell[] = [];
  for (const row of rows) for (const cell of row.cells) (isValue(cell.text) ? figures : words).push(cell);
  for (const cells of [figures, words]) {
    cells.sort((one, other) => one.right - one.x - (other.right - other.x));
    for (const cell of cells) place(bands, cell, rows);
  }
  return bands.sort((one, other) => one.x - other.x);
}

function place(bands: Band[], cell: Cell, rows: readonly CellRow[]): void {
  const under = bands.filter((band) => overlap(band, cell) > 0.5);
  const [first, ...rest] = under;
  if (first === undefined) {
    bands.push({ x: cell.x, right: cell.right });
    return;
  }
  if (rest.length > 0 && areFilledTogether(under, rows)) return;
  for (const band of rest) {
    first.x = Math.min(first.x, band.x);
    first.right = Math.max(first.right, band.right);
    bands.splice(bands.indexOf(band), 1);
  }
  first.x = Math.min(first.x, cell.x);
  first.right = Math.max(first.right, cell.right);
}

function areFilledTogether(bands: readonly Band[], rows: readonly CellRow[]): boolean {
  return rows.some((row) => {
    const filled = bands.filter((band) => row.cells.some((cell) => overlap(band, cell) > 0.5));
    const cells = row.cells.filter((cell) => bands.some((band) => overlap(band, cell) > 0.5));
    return filled.length > 1 && cells.length > 1;
  });
}

export function overlap(one: Band, other: Band): number {
  return Math.min(one.right, other.right) - Math.max(one.x, other.x);
}

/** The column a cell belongs to: the one it overlaps most, else the nearest. */
export function bandOf(bands: readonly Band[], cell: Band): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, band] of bands.entries()) {
    const shared = overlap(band, cell);
    if (shared > most) {
      most = shared;
      best = index;
    }
  }
  return best;
}

/**
 * The columns under each cell of a header's row. A cell spans columns when it overlaps them, or when it is centred
 * over a group of them; together the cells of a row then cover all columns but the first, which holds the labels.
 */
export function headerSpans(
  bands: readonly Band[],
  cells: readonly Piece[],
  firstValue: number,
): [number, number][] {
  const plain = cells.map((cell): [number, number] => {
    const under = bands.flatMap((band, index) => (overlap(band, cell) > 0.5 ? [index] : []));
    const nearest = bandOf(bands, cell);
    return under.length > 1 ? [under[0] ?? nearest, under.at(-1) ?? nearest] : [nearest, nearest];
  });
  const over = cells.flatMap((cell, index) =>
    (plain[index]?.[1] ?? 0) >= firstValue ? [{ cell, index }] : [],
  );
  const columns = bands.length - firstValue;
  if (over.length === 0 || over.length >= columns) return plain;
  const groups = centredGroups(
    bands,
    over.map(({ cell }) => cell),
    firstValue,
  );
  if (groups === null) return plain;
  for (const [at, { cell, index }] of over.entries()) {
    const group = groups[at];
    const isAlone = over.length === 1;
    if (group !== undefined && isOverGroup(bands, cell, group, isAlone)) plain[index] = group;
  }
  return plain;
}

/**
 * Parts a cell of a header that runs over narrow columns: the words over one column stand closer to those over the
 * next than cells do.
 */
export function partedByBands(bands: readonly Band[], cell: Cell): Piece[] {
  const parts: Piece[] = [];
  let band = -1;
  for (const piece of cell.pieces) {
    const own = bandOf(bands, piece);
    const isOver = bands.filter((each) => overlap(each, piece) > 0.5).length === 1;
    const last = parts.at(-1);
    if (last !== undefined && (own === band || !isOver)) {
      last.text += ` ${piece.text.trim()}`;
      last.right = piece.right;
    } else parts.push({ text: piece.text.trim(), x: piece.x, right: piece.right });
    band = own;
  }
  return parts.length > 1 ? parts : [cell];
}

/** What heads several columns is about a time, or wider than the column it is centred over. */
const GROUP_NAME =
  /\b(?:19|20)\d\d\b|\b(?:ended|ending|fiscal|months|quarters?|weeks|as of|december|june|september|march)\b/i;

function isOverGroup(
  bands: readonly Band[],
  cell: Piece,
  [from, to]: [number, number],
  isAlone: boolean,
): boolean {
  const own = bands[bandOf(bands, cell)];
  if (from === to || own === undefined || GROUP_NAME.test(cell.text)) return true;
  const offGroup = Math.abs(centre(bands[from], bands[to]) - (cell.x + cell.right) / 2);
  const offOwn = Math.abs((own.x + own.right) / 2 - (cell.x + cell.right) / 2);
  const isWider = cell.right - cell.x > (own.right - own.x) * 1.2;
  return (isWider && !isAlone) || offGroup < offOwn * 0.8;
}

/** How far off centre a header may stand, in parts of the distance between columns. */
const OFF_CENTRE = 0.35;
const OFF_CENTRE_ALONE = 0.7;

/** Parts the columns into as many neighbouring groups as there are cells, each centred under its cell. */
function centredGroups(
  bands: readonly Band[],
  cells: readonly Piece[],
  firstValue: number,
): [number, number][] | null {
  const last = bands.length - 1;
  const pitch =
    ((bands[last]?.right ?? 0) - (bands[firstValue]?.x ?? 0)) / Math.max(last - firstValue + 1, 1);
  const groups: [number, number][] = [];
  let from = firstValue;
  for (const [at, cell] of cells.entries()) {
    const left = cells.length - at - 1;
    let best = -1;
    let least = (cells.length === 1 ? OFF_CENTRE_ALONE : OFF_CENTRE) * pitch;
    for (let to = from; to <= last - left; to++) {
      if (left === 0 && to !== last) continue;
      const off = Math.abs(centre(bands[from], bands[to]) - (cell.x + cell.right) / 2);
      if (off < least) {
        least = off;
        best = to;
      }
    }
    if (best < 0) return null;
    groups.push([from, best]);
    from = best + 1;
  }
  return groups;
}

function centre(first: Band | undefined, last: Band | undefined): number {
  return ((first?.x ?? 0) + (last?.right ?? 0)) / 2;
}
