import type { Span, TableBlock } from "../parsed-document.ts";
import { countTokens } from "./tokens.ts";
import type { Unit } from "./units.ts";

export interface PackLimits {
  /** Chunks are closed once the next unit would take them past this many tokens. */
  target: number;
  /** No chunk is larger, unless a single table row with its header is. */
  max: number;
  /** How many tokens of whole sentences are repeated at the start of the next chunk. */
  overlap: number;
}

export interface Packed extends Span {
  context: string;
}

/** A heading or caption of up to this many tokens stays with the table it introduces. */
const INTRODUCTION = 60;
const LONGEST_CONTEXT = 1500;
const ENDS_SENTENCE = /[.!?…。！？।॥؟۔]["'’”»)\]」』）]*$/;

/** Packs the units of one section into chunks: whole sentences, whole rows, headings with what follows them. */
export function packSection(text: string, units: readonly Unit[], limits: PackLimits): Packed[] {
  const packed: Packed[] = [];
  let left = units.reduce((sum, unit) => sum + unit.tokens, 0);
  let first = 0;
  let tokens = 0;
  for (let at = 0; at < units.length; at++) {
    const unit = units[at];
    if (unit === undefined) break;
    while (at > first && closesBefore(units, first, at, tokens, left, limits)) {
      const end = beforeHeadings(units, first, at);
      packed.push(pack(text, units, first, end));
      first = end < at ? end : firstOfNext(text, units, first, at, limits);
      tokens = contextTokens(text, units[first]);
      for (let repeated = first; repeated < at; repeated++) tokens += units[repeated]?.tokens ?? 0;
      if (end === at) break;
    }
    tokens += unit.tokens;
    left -= unit.tokens;
  }
  if (first < units.length) packed.push(pack(text, units, first, units.length));
  return packed;
}

/** Headings at the end of a chunk go over to the next one; of a chunk of nothing but headings, the last does. */
function beforeHeadings(units: readonly Unit[], first: number, at: number): number {
  let end = at;
  while (end > first && units[end - 1]?.kind === "heading") end--;
  if (end > first) return end;
  return at - 1 > first ? at - 1 : at;
}

/** Whether the chunk that began at `first` ends before the unit at `at`. */
function closesBefore(
  units: readonly Unit[],
  first: number,
  at: number,
  tokens: number,
  left: number,
  limits: PackLimits,
): boolean {
  const unit = units[at];
  const last = units[at - 1];
  if (unit === undefined || last === undefined) return false;
  if (tokens + unit.tokens > limits.max) return true;
  if (last.kind === "heading") return false;
  if (tokens + left <= limits.max && !hasTableEdge(units, first)) return false;
  if (unit.table !== last.table) {
    const ahead = unit.table === null ? unit.tokens : tableTokens(units, at);
    if (tokens + ahead <= limits.target) return false;
    return tokens > INTRODUCTION;
  }
  return tokens + unit.tokens > limits.target;
}

function hasTableEdge(units: readonly Unit[], from: number): boolean {
  const table = units[from]?.table ?? null;
  return units.length - from < 200 && units.slice(from).some((unit) => unit.table !== table);
}

function tableTokens(units: readonly Unit[], from: number): number {
  const table = units[from]?.table;
  let tokens = 0;
  for (let at = from; at < units.length && units[at]?.table === table; at++) tokens += units[at]?.tokens ?? 0;
  return tokens;
}

/** Where the next chunk starts: some sentences back when prose goes on, else right after the last one. */
function firstOfNext(
  text: string,
  units: readonly Unit[],
  first: number,
  at: number,
  limits: PackLimits,
): number {
  if (units[at]?.kind !== "sentence") return at;
  let from = at;
  let tokens = 0;
  while (from - 1 > first) {
    const before = units[from - 1];
    if (before === undefined || before.kind !== "sentence" || tokens + before.tokens > limits.overlap) break;
    if (!ENDS_SENTENCE.test(text.slice(Math.max(before.start, before.end - 8), before.end))) break;
    tokens += before.tokens;
    from--;
  }
  return tokens + (units[at]?.tokens ?? 0) > limits.max ? at : from;
}

function pack(text: string, units: readonly Unit[], from: number, to: number): Packed {
  const start = units[from]?.start ?? 0;
  const end = units[to - 1]?.end ?? start;
  return { start, end, context: contextOf(text, units[from], { start, end }) };
}

/** What the chunk's first table needs and the chunk does not hold: its caption, and its header under later rows. */
function contextOf(text: string, unit: Unit | undefined, body: Span): string {
  const table = unit?.table ?? null;
  if (table === null) return "";
  return contextSpans(table, body)
    .map((span) =>
      text.slice(span.start, Math.min(span.end, span.start + LONGEST_CONTEXT)).replace(/\n+/g, "\n"),
    )
    .join("\n");
}

function contextSpans(table: TableBlock, body: Span): Span[] {
  return [table.caption, table.header].flatMap((span) =>
    span !== null && span.start < body.start ? [span] : [],
  );
}

function contextTokens(text: string, unit: Unit | undefined): number {
  if (unit === undefined || unit.table === null) return 0;
  let tokens = 0;
  for (const span of contextSpans(unit.table, unit)) {
    tokens += countTokens(text, span.start, Math.min(span.end, span.start + LONGEST_CONTEXT));
  }
  return tokens;
}
