import { packSection } from "./chunking/pack.ts";
import { joinSmallSections, sectionsOf } from "./chunking/sections.ts";
import { countTokens } from "./chunking/tokens.ts";
import type { PageSpan, ParsedDocument } from "./parsed-document.ts";

/** A retrievable part of a version's stored text. `text.slice(start, end)` is its body, to the letter. */
export interface Chunk {
  /** Position in the document, from 0. */
  ordinal: number;
  /** The page on which the chunk starts, from 1. */
  page: number;
  start: number;
  end: number;
  /** The headings above it, outermost first. */
  headings: string[];
  /** What a reader needs besides the body and what does not stand in it: a table's caption and header rows when the chunk holds later rows. Empty for most. */
  context: string;
}

/** Sizes in tokens as `countTokens` estimates them. */
export interface ChunkOptions {
  /** What a chunk is filled up to. */
  target?: number;
  /** What a chunk never exceeds. A document that is no larger is one chunk. */
  max?: number;
  /** How much of the chunk before is repeated, in whole sentences, where a section goes on. */
  overlap?: number;
}

/**
 * Cuts a document into chunks along its structure: sections apart unless they are small, tables between rows,
 * prose between sentences. Every character of every block that is not white space is in some chunk. The same
 * document always gives the same chunks.
 */
export function chunkDocument(document: ParsedDocument, options: ChunkOptions = {}): Chunk[] {
  const { target = 220, max = 320, overlap = 40 } = options;
  const { blocks, pages, text } = document;
  const start = blocks[0]?.start ?? 0;
  const end = blocks.at(-1)?.end ?? 0;
  if (start === end) return [];
  if (end - start <= max * 40 && countTokens(text, start, end) <= max) {
    return [{ ordinal: 0, page: pageAt(pages, start), start, end, headings: [], context: "" }];
  }
  const sections = joinSmallSections(sectionsOf(document, max), target);
  const chunks: Chunk[] = [];
  for (const section of sections) {
    for (const packed of packSection(text, section.units, { target, max, overlap })) {
      const page = pageAt(pages, packed.start);
      chunks.push({ ordinal: chunks.length, page, headings: [...section.path], ...packed });
    }
  }
  return chunks;
}

/** The page that holds an offset: the last one that starts at or before it. Empty pages hold nothing. */
function pageAt(pages: readonly PageSpan[], offset: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pages[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return pages[low]?.page ?? 1;
}
