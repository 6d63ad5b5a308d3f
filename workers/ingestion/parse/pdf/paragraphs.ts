import { isUnspacedCjk } from "../../../text/scripts.ts";
import type { Line } from "./lines.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Lines that belong together. */
export interface Paragraph {
  text: string;
  size: number;
  /** All of its letters are. */
  bold: boolean;
  italic: boolean;
  lines: number;
}

interface Measures {
  left: number;
  right: number;
  /** From baseline to baseline within paragraphs. */
  pitch: number;
}

export const LIST_MARK = /^\s*(?:[•‣▪●○■□◦·]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s|\([a-z\d]{1,4}\)\s)/i;
/** A dash may also stand within a sentence that happens to break there. */
const DASH_MARK = /^\s*[-–—*]\s/;
const ENDS_SENTENCE = /[.!?:;。！？]["'’”)\]]*$/;
const LABELLED = /^(?:item\s+\d+[a-c]?\b|part\s+[ivx]+\b)/i;

/** Joins the lines of a flow into paragraphs: by distance, by indents and short last lines, by font, by list marks. */
export function paragraphsOf(lines: readonly Line[], words: Vocabulary): Paragraph[] {
  const measures = measure(lines);
  const paragraphs: Paragraph[] = [];
  let before: Line | null = null;
  for (const line of lines) {
    const last = paragraphs.at(-1);
    const next = asParagraph(line);
    if (last === undefined || before === null || startsNew(last, before, next, line, measures))
      paragraphs.push(next);
    else {
      last.text = joinLines(last.text, next.text, words);
      last.size = Math.max(last.size, next.size);
      last.bold = last.bold && next.bold;
      last.italic = last.italic && next.italic;
      last.lines++;
    }
    before = line;
  }
  return paragraphs;
}

function asParagraph(line: Line): Paragraph {
  const words = line.segments.filter((segment) => /[\p{L}\p{N}]/u.test(segment.text));
  return {
    text: line.segments.map((segment) => segment.text.trim()).join(" "),
    size: line.size,
    bold: words.length > 0 && words.every((segment) => segment.bold),
    italic: words.length > 0 && words.every((segment) => segment.italic),
    lines: 1,
  };
}

function measure(lines: readonly Line[]): Measures {
  const gaps: number[] = [];
  for (let at = 1; at < lines.length; at++) {
    const one = lines[at - 1];
    const other = lines[at];
    if (one === undefined || other === undefined || Math.abs(one.size - other.size) > 0.5) continue;
    const gap = other.y - one.y;
    if (gap > 0 && gap < 2.2 * one.size) gaps.push(gap);
  }
  gaps.sort((one, other) => one - other);
  return {
    left: Math.min(...lines.map((line) => leftOf(line))),
    right: Math.max(...lines.map((line) => line.segments.at(-1)?.right ?? 0)),
    pitch: gaps[gaps.length >> 2] ?? 1.25 * (lines[0]?.size ?? 10),
  };
}

function startsNew(last: Paragraph, before: Line, next: Paragraph, line: Line, measures: Measures): boolean {
  const gap = line.y - before.y;
  if (gap > Math.max(measures.pitch * 1.3, line.size * 1.05) || gap < -line.size) return true;
  if (Math.abs(line.size - before.size) > Math.max(0.6, line.size * 0.08)) return true;
  if (LIST_MARK.test(next.text) || LABELLED.test(next.text)) return true;
  if (last.bold !== next.bold && (last.bold || next.lines === 1)) {
    if (last.bold && !next.bold) return true;
    if (next.bold && ENDS_SENTENCE.test(last.text)) return true;
  }
  const width = measures.right - measures.left;
  const isShort = (before.segments.at(-1)?.right ?? 0) < measures.right - width * 0.15;
  if (DASH_MARK.test(next.text) && (isShort || ENDS_SENTENCE.test(last.text))) return true;
  if (isShort && (ENDS_SENTENCE.test(last.text) || (last.bold && next.bold))) return true;
  const isIndented = leftOf(line) - leftOf(before) > line.size * 0.8;
  return isIndented && ENDS_SENTENCE.test(last.text);
}

function leftOf(line: Line): number {
  return line.segments[0]?.x ?? 0;
}

/**
 * A word parted at the end of a line loses its hyphen only when it stands whole elsewhere in the document: "well-" and
 * "known" may belong together with it.
 */
function joinLines(text: string, next: string, words: Vocabulary): string {
  if (text.endsWith("\u00ad")) return text.slice(0, -1) + next;
  const head = /(\p{L}+)-$/u.exec(text)?.[1];
  const tail = /^\p{Ll}+/u.exec(next)?.[0];
  if (head !== undefined && tail !== undefined) {
    const isWhole = words.has((head + tail).toLowerCase());
    return (isWhole ? text.slice(0, -1) : text) + next;
  }
  const isUnspaced = isUnspacedCjk(text.charCodeAt(text.length - 1)) && isUnspacedCjk(next.charCodeAt(0));
  return isUnspaced ? text + next : `${text} ${next}`;
}
