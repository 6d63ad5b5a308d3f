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
