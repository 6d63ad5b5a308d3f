import { closesNumber, isFigure, isYear, opensNumber } from "../table-grid.ts";
import type { Line, Piece, Segment } from "./lines.ts";

/** A cell as it is placed on the page. */
export interface Cell extends Piece {
  /** What it was joined from, where that is more than one. */
  pieces: readonly Piece[];
}

/** One line of a table. */
export interface CellRow {
  y: number;
  size: number;
  bold: boolean;
  cells: Cell[];
}

const LEADER_DOTS = /^[\s.·…_]{2,}$/;
const LONGEST_LEADERS = 500;
const TRAILING_DOTS = /(?:\s*[.·…]){4,}\s*$/;
/** What starts a list item: a bullet, or a number or letter with its mark. */
const LIST_MARK = /^(?:[•‣▪●○■□◦·*–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\([ivx\da-z]{1,4}\))$/i;
const MARK_GAP = 4;

/** The cells of a line: signs join their numbers, list marks their text; dotted leaders go. */
export function cellsOf(line: Line): CellRow {
  const cells: Cell[] = [];
  let opening: Cell | null = null;
  for (const segment of line.segments) {
    if (LEADER_DOTS.test(segment.text)) continue;
    const text = tightened(withoutLeaders(segment.text));
    const cell: Cell = { text, x: segment.x, right: segment.right, pieces: segment.pieces };
    const last = cells.at(-1);
    if (opening !== null && /^[\d(.\-−–—]/.test(text)) {
      cell.text = opening.text + text;
      cell.x = opening.x;
      opening = null;
    } else if (opening !== null) {
      cells.push(opening);
      opening = null;
    }
    if (opensNumber(text) && segment !== line.segments.at(-1)) opening = cell;
    else if (last !== undefined && closesNumber(text) && /[\d)—–-]$/.test(last.text)) {
      last.text += text;
      last.right = cell.right;
    } else if (last !== undefined && isOutlineNumber(last.text) && line.segments.length === 2) {
      last.text += ` ${cell.text}`;
      last.right = cell.right;
    } else if (last !== undefined && cells.length === 1 && joinsMark(last, cell, segment)) {
      last.text += ` ${cell.text}`;
      last.right = cell.right;
    } else cells.push(cell);
  }
  if (opening !== null) cells.push(opening);
  const words = line.segments.filter((segment) => /\p{L}/u.test(segment.text));
  return {
    y: line.y,
    size: line.size,
    bold: words.length > 0 && words.every((segment) => segment.bold),
    cells,
  };
}

function withoutLeaders(text: string): string {
  return text.length > LONGEST_LEADERS ? text.trim() : text.replace(TRAILING_DOTS, "").trim();
}

/** "Item 7A.", set apart from its title. */
function isOutlineNumber(text: string): boolean {
  return /^(?:item|part)\s+(?:\d{1,2}[a-c]?|[ivx]{1,4})\.?$/i.test(text);
}

/** A figure set in pieces gets spaces where its pieces meet: "$ 24,942", "(12 )". */
function tightened(text: string): string {
  const tight = text.replace(/([$€£¥(]) (?=[\d(.])/g, "$1").replace(/([\d)—–-]) (?=[)%])/g, "$1");
  return isFigure(tight) ? tight : text;
}

function joinsMark(mark: Cell, cell: Cell, segment: Segment): boolean {
  return LIST_MARK.test(mark.text) && cell.x - mark.right < MARK_GAP * segment.size && !isAmount(cell.text);
}

/** A figure that is data: years name columns. */
export function isAmount(text: string): boolean {
  return isFigure(text) && !isYear(text) && !/^[-−–—*]+$/.test(text);
}

/** An amount, or a dash or mark in the place of one. */
export function isValue(text: string): boolean {
  return isFigure(text);
}
