import { sentences } from "../../text/sentences.ts";
import type { Block, Span, TableBlock } from "../parsed-document.ts";
import { splitLong } from "./split-long.ts";
import { countTokens } from "./tokens.ts";

/** The smallest part that chunks are made of: a heading, a sentence, a table row. */
export interface Unit extends Span {
  kind: "heading" | "sentence" | "row";
  tokens: number;
  /** The table that a row belongs to. */
  table: TableBlock | null;
}

/** The units of a block, in order; none is larger than the limit (in tokens). */
export function unitsOf(text: string, block: Block, limit: number): Unit[] {
  const spans =
    block.kind === "table"
      ? rows(text, block)
      : block.kind === "text"
        ? sentences(text, block.start, block.end)
        : [block];
  const kind = block.kind === "table" ? "row" : block.kind === "text" ? "sentence" : "heading";
  const table = block.kind === "table" ? block : null;
  const units: Unit[] = [];
  for (const span of spans) {
    const tokens = countTokens(text, span.start, span.end);
    if (tokens <= limit) {
      units.push({ kind, start: span.start, end: span.end, tokens, table });
      continue;
    }
    for (const piece of splitLong(text, span, limit)) {
      units.push({ kind, ...piece, tokens: countTokens(text, piece.start, piece.end), table });
    }
  }
  return units;
}

/** The header as one span, so that it is never parted from itself, then each line. */
function rows(text: string, table: TableBlock): Span[] {
  const spans: Span[] = [];
  let from = table.start;
  if (table.header !== null && table.header.start === table.start) {
    spans.push({ start: table.header.start, end: table.header.end });
    from = table.header.end;
  }
  while (from < table.end) {
    const feed = text.indexOf("\n", from);
    const to = feed < 0 || feed > table.end ? table.end : feed;
    const line = text.slice(from, to);
    const body = line.trim();
    if (body !== "") {
      const start = from + line.length - line.trimStart().length;
      spans.push({ start, end: start + body.length });
    }
    from = to + 1;
  }
  return spans;
}
