import type { Citation, Passage } from "../api/contract.ts";

/** A place in a stored text that the reader wants to see. */
export interface PassageTarget {
  readonly label: string;
  readonly documentId: string;
  readonly documentName: string;
  readonly version: number;
  readonly page: number;
  readonly start: number;
  readonly end: number;
  /** What must stand there, to the letter; null when nothing was quoted. */
  readonly quote: string | null;
}

/** Where a citation points. */
export const citationTarget = (citation: Citation): PassageTarget => ({
  label: `Citation ${citation.index}`,
  ...placeOf(citation),
  quote: citation.quote,
});

/** Where a passage stands; `rank` counts from 1. */
export const passageTarget = (passage: Passage, rank: number): PassageTarget => ({
  label: `Passage ${rank}`,
  ...placeOf(passage),
  quote: null,
});

function placeOf({ document_id, document_name, version, page, start, end }: Citation | Passage) {
  return { documentId: document_id, documentName: document_name, version, page, start, end };
}
