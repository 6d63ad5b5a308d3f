import { isFigure } from "../table-grid.ts";
import { groupByBaseline, type Line, type Segment } from "./lines.ts";

/** A column of prose has at least this many lines, filled this far on the median. */
const FEWEST_LINES = 5;
const MEDIAN_FILL = 0.55;
const MOST_FIGURES = 0.12;
/** Pages of prose have some hundred lines; a flood of text is not laid out. */
const MOST_SEGMENTS = 4000;
const DEEPEST = 3;

/**
 * The lines of a page in the order in which they are read: where prose stands in columns, column after column.
 * Tables are not columns: their cells are short or figures, and stay side by side.
 */
export function readingOrder(lines: readonly Line[], depth = 0): Line[][] {
  const gutter = depth < DEEPEST ? findGutter(lines) : null;
  if (gutter === null) return [[...lines]];
  const flows: Line[][] = [];
  let run: Line[] = [];
  let isSplit = false;
  for (const line of lines) {
    const crosses = line.segments.some((segment) => segment.x < gutter - 2 && segment.right > gutter + 2);
    if (run.length > 0 && crosses === isSplit) {
      flows.push(...flowsOf(run, isSplit ? gutter : null, depth));
      run = [];
    }
    isSplit = !crosses;
    run.push(line);
  }
  flows.push(...flowsOf(run, isSplit ? gutter : null, depth));
  return joinNeighbours(flows);
}

interface Flow extends Array<Line> {
  isColumn?: boolean;
}

function flowsOf(run: Line[], gutter: number | null, depth: number): Flow[] {
  if (gutter === null) return [run];
  const segments = run.flatMap((line) => line.segments);
  const left = segments.filter((segment) => (segment.x + segment.right) / 2 < gutter);
  const right = segments.filter((segment) => (segment.x + segment.right) / 2 >= gutter);
  if (!isProse(left) || !isProse(right)) return [run];
  return [left, right].flatMap((side) => {
    const flows: Flow[] = readingOrder(groupByBaseline(side), depth + 1);
    for (const flow of flows) flow.isColumn = true;
    return flows;
  });
}

/** Lines that no column parted stay one flow. */
function joinNeighbours(flows: readonly Flow[]): Line[][] {
  const joined: Flow[] = [];
  for (const flow of flows) {
    const last = joined.at(-1);
    if (last !== undefined && last.isColumn !== true && flow.isColumn !== true) last.push(...flow);
    else joined.push(flow);
  }
  return joined;
}

/** Where most gaps between stretches of prose that stand side by side overlap; null when few do. */
function findGutter(lines: readonly Line[]): number | null {
  const prose = lines.flatMap((line) => line.segments).filter(looksLikeProse);
  if (prose.length > MOST_SEGMENTS) return null;
  prose.sort((one, other) => one.y - other.y);
  const edges: { x: number; change: number }[] = [];
  for (let at = 0; at < prose.length; at++) {
    const one = prose[at];
    if (one === undefined) continue;
    for (let next = at + 1; next < prose.length; next++) {
      const other = prose[next];
      if (other === undefined || other.y - one.y > one.size * 0.8) break;
      const [left, right] = one.x < other.x ? [one, other] : [other, one];
      if (right.x - left.right < left.size * 0.5) continue;
      edges.push({ x: left.right, change: 1 }, { x: right.x, change: -1 });
    }
  }
  edges.sort((one, other) => one.x - other.x || one.change - other.change);
  let open = 0;
  let most = 0;
  let gutter: number | null = null;
  for (let at = 0; at < edges.length; at++) {
    const edge = edges[at];
    const next = edges[at + 1];
    if (edge === undefined || next === undefined) break;
    open += edge.change;
    if (open > most) {
      most = open;
      gutter = (edge.x + next.x) / 2;
    }
  }
  return most >= FEWEST_LINES ? gutter : null;
}

function looksLikeProse(segment: Segment): boolean {
  return segment.text.length >= 15 && /\p{L}{2}.*\p{L}{2}/u.test(segment.text);
}

function isProse(segments: readonly Segment[]): boolean {
  const lines = groupByBaseline(segments);
  if (lines.length < FEWEST_LINES) return false;
  const left = Math.min(...segments.map((segment) => segment.x));
  const right = Math.max(...segments.map((segment) => segment.right));
  const fills = lines.map((line) => {
    const covered = line.segments.reduce((sum, segment) => sum + segment.right - segment.x, 0);
    return covered / Math.max(right - left, 1);
  });
  fills.sort((one, other) => one - other);
  const figures = segments.filter((segment) => isFigure(segment.text.trim())).length;
  const median = fills[fills.length >> 1] ?? 0;
  return (
    median >= MEDIAN_FILL &&
    figures <= segments.length * MOST_FIGURES &&
    segments.length <= lines.length * 1.4
  );
}
