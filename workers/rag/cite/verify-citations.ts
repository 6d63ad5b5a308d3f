import { digestText } from "../../text/digest.ts";
import type { CitationCandidate } from "../chat-port.ts";
import type { FoundPassage } from "../search-port.ts";
import { pageOf } from "./page-of.ts";

/** A span of a document's stored text that has been checked to the letter. */
export interface VerifiedSpan {
  documentId: string;
  documentName: string;
  version: number;
  /** The page the span starts on, from 1. */
  page: number;
  /** Offsets into the version's stored text, in UTF-16 code units. */
  start: number;
  end: number;
  quote: string;
}

export interface VerifiedCitations {
  verified: VerifiedSpan[];
  /** How many claimed something that does not stand there. */
  dropped: number;
}

/**
 * Checks a claimed span against the passage it names: it must lie inside, quote it to the letter, and the
 * passage's text must still be the one that was indexed. What is cited is then read from the passage, never
 * from the claim.
 *
 * @returns the span, or null when it does not hold
 */
export function verifyCitation(claim: CitationCandidate, passages: FoundPassage[]): VerifiedSpan | null {
  const passage = passages[claim.passage];
  if (passage === undefined || !Number.isInteger(claim.start) || !Number.isInteger(claim.end)) return null;
  const { start, end, quote } = claim;
  if (start < passage.start || end > passage.end || start >= end) return null;
  if (passage.text.length !== passage.end - passage.start) return null;
  if (passage.text.slice(start - passage.start, end - passage.start) !== quote || quote.trim() === "")
    return null;
  if (digestText(passage.text) !== passage.digest) return null;
  const { documentId, documentName, version } = passage;
  return { documentId, documentName, version, page: pageOf(passage, start), start, end, quote };
}

/** Checks each of many claims; those that do not hold are dropped and counted. */
export function verifyCitations(claims: CitationCandidate[], passages: FoundPassage[]): VerifiedCitations {
  const verified = claims
    .map((claim) => verifyCitation(claim, passages))
    .filter((span): span is VerifiedSpan => span !== null);
  return { verified, dropped: claims.length - verified.length };
}
