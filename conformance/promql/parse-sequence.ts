import { add, subtract } from "../../workers/monitoring/promql/histograms/arithmetic.ts";
import { parseHistogram } from "../../workers/monitoring/promql/histograms/notation.ts";
import type { Scanner } from "./scanner.ts";
import type { SequencePoint } from "./script.ts";

const BLANK = /_(?:x(\d+))?(?=\s|$)/y;
const STALE = /stale(?:x(\d+))?(?=\s|$)/y;
const NUMBER = "(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[iI][nN][fF]|[nN][aA][nN])";
const FLOAT = new RegExp(`([+-]?${NUMBER})(?:([+-]${NUMBER})?x(\\d+))?(?=\\s|$)`, "y");
const HISTOGRAM = /(\{\{.*?\}\})(?:(?:([+-])(\{\{.*?\}\}))?x(\d+))?(?=\s|$)/y;

/**
 * The points of a series description: `5`, `1+2x3` (1 3 5 7), `7x2` (7 7 7), `_`, `_x3` (three of them), `stale` and
 * histograms in double braces, all divided by spaces (promql/parser/generated_parser.y: series_item).
 *
 * @throws SyntaxError
 */
export function parseSequence(scanner: Scanner): SequencePoint[] {
  const points: SequencePoint[] = [];
  while (!scanner.isAtEnd) {
    if (scanner.take(/\s+/y) === null) throw new SyntaxError(`expected a space before ${scanner.rest}`);
    if (!scanner.isAtEnd) points.push(...parseItem(scanner));
  }
  return points;
}

/** A number as a script writes it, Inf and NaN among them. */
export function parseFloatText(text: string): number {
  const match = /^([+-]?)(inf|nan)$/i.exec(text);
  if (match === null) return Number(text);
  if (match[2]?.toLowerCase() === "nan") return Number.NaN;
  return match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function parseItem(scanner: Scanner): SequencePoint[] {
  const blank = scanner.take(BLANK);
  if (blank !== null) return Array(Number(blank[1] ?? 1)).fill({ type: "omitted" });
  const stale = scanner.take(STALE);
  if (stale !== null) return Array(Number(stale[1] ?? 0) + 1).fill({ type: "stale" });
  const float = scanner.take(FLOAT);
  if (float !== null) return parseFloats(float);
  const histogram = scanner.take(HISTOGRAM);
  if (histogram !== null) return parseHistograms(histogram);
  throw new SyntaxError(`expected a value, found ${scanner.rest}`);
}

function parseFloats([, first = "", step = "0", times = "0"]: RegExpExecArray): SequencePoint[] {
  const points: SequencePoint[] = [];
  let value = parseFloatText(first);
  for (let i = 0; i <= Number(times); i++, value += parseFloatText(step))
    points.push({ type: "float", value });
  return points;
}

function parseHistograms([, first = "", sign, step, times = "0"]: RegExpExecArray): SequencePoint[] {
  const hasHint = first.includes("counter_reset_hint");
  const increment = step === undefined ? null : parseHistogram(step);
  const combine = sign === "-" ? subtract : add;
  const points: SequencePoint[] = [];
  let histogram = parseHistogram(first);
  for (let i = 0; ; ) {
    points.push({ type: "histogram", histogram, hasHint });
    if (++i > Number(times)) return points;
    const next = increment === null ? histogram : combine(histogram, increment)?.histogram;
    if (next === undefined) throw new SyntaxError("only one of these histograms has custom buckets");
    histogram = next;
  }
}
