import { cleanText } from "../text-encoding.ts";
import type { FontNames } from "./font-names.ts";

/** A piece of text as pdf.js gives it. */
export interface PdfItem {
  str: string;
  width: number;
  transform: number[];
  fontName: string;
}

/** Text drawn in one go. Coordinates are in points, from the page's top left corner, y downwards to the baseline. */
export interface PdfRun {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
  bold: boolean;
  italic: boolean;
}

interface Viewport {
  width: number;
  height: number;
  transform: number[];
}

/** Quarter turns clockwise from text that runs left to right. */
type Turn = 0 | 1 | 2 | 3;
const TURNS: readonly Turn[] = [0, 1, 2, 3];

/**
 * Turns a page so that most of its text runs left to right, whatever its rotation and however the text is drawn.
 * Text in other directions (a stamp along the margin) comes below all else.
 */
export function levelRuns(items: readonly PdfItem[], viewport: Viewport, fonts: FontNames): PdfRun[] {
  const placed = items.map((item) => ({ item, at: multiply(viewport.transform, item.transform) }));
  const letters = [0, 0, 0, 0];
  for (const { item, at } of placed) letters[turnOf(at)] = (letters[turnOf(at)] ?? 0) + item.str.length;
  const main = TURNS.reduce((most, turn) => ((letters[turn] ?? 0) > (letters[most] ?? 0) ? turn : most));
  const runs: PdfRun[] = [];
  let below = Math.max(viewport.width, viewport.height) * 2;
  for (const { item, at } of placed) {
    const size = Math.hypot(at[2] ?? 0, at[3] ?? 0);
    const text = cleanText(item.str).replace(/[\s\u00ad]+/g, (found) => (found === "\u00ad" ? found : " "));
    if (size === 0 || text.trim() === "") continue;
    const isSide = turnOf(at) !== main;
    if (isSide) below += size * 3;
    const place = isSide ? { x: 0, y: below } : turned(at, main, viewport);
    runs.push({
      text,
      x: rounded(place.x),
      y: rounded(place.y),
      width: rounded(item.width),
      size: rounded(size),
      ...fonts.styleOf(item.fontName),
    });
  }
  return runs;
}

function multiply(outer: readonly number[], inner: readonly number[]): number[] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = outer;
  const [ia = 1, ib = 0, ic = 0, id = 1, ie = 0, jf = 0] = inner;
  return [
    a * ia + c * ib,
    b * ia + d * ib,
    a * ic + c * id,
    b * ic + d * id,
    a * ie + c * jf + e,
    b * ie + d * jf + f,
  ];
}

function turnOf(at: readonly number[]): Turn {
  const [a = 1, b = 0] = at;
  if (Math.abs(a) >= Math.abs(b)) return a >= 0 ? 0 : 2;
  return b > 0 ? 1 : 3;
}

function turned(at: readonly number[], turn: Turn, viewport: Viewport): { x: number; y: number } {
  const x = at[4] ?? 0;
  const y = at[5] ?? 0;
  if (turn === 1) return { x: y, y: viewport.width - x };
  if (turn === 2) return { x: viewport.width - x, y: viewport.height - y };
  if (turn === 3) return { x: viewport.height - y, y: x };
  return { x, y };
}

/** A hundredth of a point is finer than any printer; stored pages stay small. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
