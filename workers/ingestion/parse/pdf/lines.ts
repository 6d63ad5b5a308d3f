import type { PdfRun } from "./runs.ts";

/** Text on one baseline without a gap in it: a line of a column, a cell of a table. */
export interface Segment {
  text: string;
  x: number;
  right: number;
  y: number;
  size: number;
  bold: boolean;
  italic: boolean;
  /** What it was joined from, left to right: narrow columns of a header are parted again. */
  pieces: Piece[];
}

export interface Piece {
  text: string;
  x: number;
  right: number;
}

/** What stands on one baseline, from left to right. */
export interface Line {
  y: number;
  size: number;
  segments: Segment[];
}

/** A gap of this many times the font size parts segments. */
const SEGMENT_GAP = 0.9;
/** A gap of this many times the font size is a space between words. */
const WORD_GAP = 0.13;
/** Baselines this close, in font sizes, are one line: superscripts, cells set a little higher. */
const SAME_LINE = 0.42;
/** A currency sign that stands alone opens the next cell of a table. */
const CURRENCY = /^\s*[$€£¥]\s*$/;
/** A period or comma that the end of a link or of bold type set apart. */
const LOOSE_MARK = /([\p{L}\p{N})%”’]) +([.,])(?=\s|$)/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LEFT_TO_RIGHT = /[a-z]/i;

/** The page's segments, grouped by baseline, top to bottom. */
export function linesOf(runs: readonly PdfRun[]): Line[] {
  const segments = runs.map((run) => {
    const piece = { text: run.text, x: run.x, right: run.x + run.width };
    return { ...piece, y: run.y, size: run.size, bold: run.bold, italic: run.italic, pieces: [piece] };
  });
  return groupByBaseline(segments).map((line) => {
    const joined = joinRuns(line.segments);
    for (const segment of joined) segment.text = segment.text.replace(LOOSE_MARK, "$1$2");
    return { ...line, segments: joined };
  });
}

/** Groups segments whose baselines agree into lines, top to bottom, each from left to right. */
export function groupByBaseline(segments: readonly Segment[]): Line[] {
  const lines: Line[] = [];
  const sorted = [...segments].sort((one, other) => one.y - other.y || one.x - other.x);
  for (const segment of sorted) {
    const line = lines.at(-1);
    if (line !== undefined && segment.y - line.y <= SAME_LINE * Math.max(segment.size, line.size)) {
      line.segments.push(segment);
      if (segment.size > line.size) {
        line.size = segment.size;
        line.y = segment.y;
      }
    } else lines.push({ y: segment.y, size: segment.size, segments: [segment] });
  }
  for (const line of lines) line.segments.sort((one, other) => one.x - other.x);
  return lines;
}

function joinRuns(runs: readonly Segment[]): Segment[] {
  const segments: Segment[] = [];
  for (const run of runs) {
    const last = segments.at(-1);
    if (last === undefined) {
      segments.push({ ...run });
      continue;
    }
    if (isDrawnTwice(last, run)) {
      last.bold = true;
      continue;
    }
    const gap = run.x - last.right;
    const size = Math.max(run.size, last.size);
    const isNewAmount = CURRENCY.test(run.text) && gap > WORD_GAP * size;
    if (gap > SEGMENT_GAP * size || isNewAmount) segments.push({ ...run });
    else join(last, run, gap > WORD_GAP * size);
  }
  return isRightToLeft(runs) ? joinAll(segments.reverse()) : segments;
}

/** Bold faked by drawing the same text again, a hair to the right. */
function isDrawnTwice(last: Segment, run: Segment): boolean {
  return (
    last.text.endsWith(run.text) &&
    Math.abs(run.right - last.right) < 0.15 * run.size &&
    run.x < last.right - 0.5
  );
}

function join(into: Segment, run: Segment, isSpaced: boolean): void {
  const needsSpace =
    isSpaced && !/[\s([$]$/.test(into.text) && !/^(?:[\s)\]%]|[.,;:](?:\s|$))/.test(run.text);
  if (run.text.trim().length > into.text.trim().length) {
    into.bold = run.bold;
    into.italic = run.italic;
  } else if (run.text.length > 2) into.bold = into.bold && run.bold;
  into.pieces = [...into.pieces, ...run.pieces];
  into.text += (needsSpace ? " " : "") + run.text;
  into.right = Math.max(into.right, run.right);
  if (run.size > into.size) {
    into.size = run.size;
    into.y = run.y;
  }
}

function isRightToLeft(runs: readonly Segment[]): boolean {
  let balance = 0;
  for (const run of runs) {
    if (RIGHT_TO_LEFT.test(run.text)) balance += run.text.length;
    else if (LEFT_TO_RIGHT.test(run.text)) balance -= run.text.length;
  }
  return balance > 0;
}

function joinAll(segments: readonly Segment[]): Segment[] {
  const [first, ...rest] = segments;
  if (first === undefined) return [];
  const whole = { ...first };
  for (const segment of rest) {
    whole.text += ` ${segment.text.trim()}`;
    whole.pieces = [...whole.pieces, ...segment.pieces];
    whole.x = Math.min(whole.x, segment.x);
    whole.right = Math.max(whole.right, segment.right);
  }
  return [whole];
}
