import { type SentenceSpan, sentences } from "../../text/sentences.ts";
import type { FoundPassage } from "../search-port.ts";
import { joinRunInHeads } from "./run-in-heads.ts";
import { splitLong } from "./split-long.ts";
import {
  cellsOf,
  isBareLabel,
  isSeparator,
  isTableLine,
  looksLikeHeader,
  nameColumns,
  namesPeriods,
  type TableRow,
} from "./table-row.ts";

/** A span of a passage that could answer: a sentence, a line with a named value, or a row of a table. */
export interface Candidate {
  /** Position of its passage, from 0. */
  passage: number;
  /** Offsets into the stored text. */
  start: number;
  end: number;
  quote: string;
  /** The cells under their columns' names, when the candidate is a table row. */
  row: TableRow | null;
}

/** Everything in a passage that could answer, in reading order. Headings and table headers are left out. */
export function candidatesOf(passage: FoundPassage, position: number): Candidate[] {
  const { text } = passage;
  const headings = new Set([...passage.headings, passage.title].map(bare));
  const longest = LONGEST_MARK + Math.max(0, ...[...headings].map(({ length }) => length));
  const kept = headerRows(passage.context.split("\n"));
  const spans = joinRunInHeads(text, linesAndSentences(text));
  const found: Candidate[] = [];
  let header: string[][] | null = null;
  let caption = "";
  let group = "";
  for (const [at, span] of spans.entries()) {
    const line = text.slice(span.start, span.end);
    if (!isTableLine(line)) {
      header = null;
      if (line.length > longest || !headings.has(bare(line))) addText(span);
      continue;
    }
    const cells = cellsOf(line);
    if (header === null) {
      caption = takeCaption();
      group = "";
    }
    header ??= headerAt(text, spans, at) ?? (kept.length === 0 && looksLikeHeader(cells) ? [cells] : kept);
    if (isSeparator(cells) || isAmong(cells, header)) continue;
    if (isBareLabel(cells)) {
      group = cells[0] ?? "";
      continue;
    }
    if (namesPeriods(cells)) {
      header = [cells];
      continue;
    }
    const [only, ...more] = splitLong(text, span);
    if (only !== undefined && more.length === 0) add(only, { ...nameColumns(cells, header), caption, group });
    else addText(span);
  }
  return found;

  /** The line above a table, when it reads like its caption, is not a candidate of its own. */
  function takeCaption(): string {
    const last = found.at(-1);
    if (last === undefined || last.row !== null || !isCaption(last.quote)) return "";
    found.pop();
    return last.quote;
  }

  function addText(span: SentenceSpan): void {
    for (const part of splitLong(text, span)) add(part, null);
  }

  function add({ start, end }: SentenceSpan, row: TableRow | null): void {
    const quote = text.slice(start, end);
    if (quote.trim() === "") return;
    found.push({ passage: position, start: passage.start + start, end: passage.start + end, quote, row });
  }
}

/** The text's sentences, with each table row on its own even where text follows it without an empty line. */
function linesAndSentences(text: string): SentenceSpan[] {
  return sentences(text, 0, text.length).flatMap(({ start, end }) => {
    const lineEnd = text.indexOf("\n", start);
    if (lineEnd < 0 || lineEnd >= end || !isTableLine(text.slice(start, lineEnd))) return [{ start, end }];
    return [{ start, end: lineEnd }, ...sentences(text, lineEnd + 1, end)];
  });
}

/** The names of the columns of the table that begins at a span, when a separator line follows them. */
function headerAt(text: string, spans: SentenceSpan[], at: number): string[][] | null {
  const lines = spans.slice(at, at + LONGEST_HEADER + 1).map(({ start, end }) => text.slice(start, end));
  const separator = lines.findIndex((line) => isTableLine(line) && isSeparator(cellsOf(line)));
  const names = lines.slice(0, Math.max(0, separator));
  return separator >= 0 && names.every(isTableLine) ? headerRows(names) : null;
}

/** Rows that a table's header may have. */
const LONGEST_HEADER = 4;

function headerRows(lines: string[]): string[][] {
  return lines
    .filter(isTableLine)
    .map(cellsOf)
    .filter((cells) => !isSeparator(cells));
}

function isCaption(line: string): boolean {
  return line.length <= LONGEST_CAPTION && !/[.!?。！？]$/u.test(line);
}

const LONGEST_CAPTION = 160;
/** Characters that mark a line as a heading, or that white space takes more of than the heading itself. */
const LONGEST_MARK = 20;

function isAmong(cells: string[], rows: string[][]): boolean {
  return rows.some((row) => row.length === cells.length && row.every((cell, at) => cell === cells[at]));
}

function bare(text: string): string {
  return text
    .replace(/^#+\s*/, "")
    .replace(/\s+/gu, " ")
    .trim()
    .toLowerCase();
}
