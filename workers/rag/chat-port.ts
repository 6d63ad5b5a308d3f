import type { FoundPassage, SearchResult } from "./search-port.ts";

/** What a model is given to answer from: the question, and nothing but what was found for it. */
export interface ChatRequest {
  question: string;
  /** Best first. A citation names its passage by its position here. */
  passages: FoundPassage[];
  /** The question's terms with their inverse document frequency, as the search returned them. */
  terms: SearchResult["terms"];
  /** The search's confidence that the best passage answers the question, 0 to 1. */
  signal: number;
}

/** A span that a model claims to have taken something from. It counts only once it has been verified. */
export interface CitationCandidate {
  /** Position in the request's passages, from 0. */
  passage: number;
  /** Offsets into the version's stored text, in UTF-16 code units. */
  start: number;
  end: number;
  /** The stored text from start to end, to the letter. */
  quote: string;
}

/**
 * A piece of an answer, in reading order. A citation supports the text before it; its number is given and
 * written into the answer by whoever consumes the pieces, so that no model can number what was not verified.
 * A model that finds no answer in the passages says so with `declined` and ends.
 */
export type AnswerPiece =
  | { kind: "text"; text: string }
  | { kind: "citation"; citation: CitationCandidate }
  | { kind: "declined" };

/** Turns a question and passages into an answer, piece by piece: the embedded extractive one, or a language model. */
export interface ChatModel {
  id: string;
  answer(request: ChatRequest): AsyncIterable<AnswerPiece>;
}
