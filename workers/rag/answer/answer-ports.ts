import type { ChatModel } from "../chat-port.ts";
import type { EmbeddingModel } from "../embedding-port.ts";
import type { FoundPassage, SearchRequest, SearchResult } from "../search-port.ts";
import type { NumberedCitation } from "./answer-text.ts";

/** A part of answering that can fail without the answer failing. */
export type OptionalPart = "embedding" | "chat";

export interface AnswerPorts {
  embedding: EmbeddingModel;
  search(request: SearchRequest): Promise<SearchResult>;
  chat: ChatModel;
  /** Milliseconds, from any origin. */
  clock(): number;
  /** Told of every failure that only degraded the answer. */
  failed(part: OptionalPart, error: unknown): void;
}

/** A question and where to look: a search request without what the embedding model adds to it. */
export type Question = Omit<SearchRequest, "vector" | "denseWeight">;

export interface Answer {
  answered: boolean;
  /** With marks `[1]` that name the citations; in plain words why there is none when `answered` is false. */
  answer: string;
  citations: NumberedCitation[];
  /** Best first; when nothing was answered, the nearest. */
  passages: FoundPassage[];
  /** Milliseconds of each stage, and `total`. */
  timings: Record<string, number>;
  /** What could not be used for this answer. */
  degraded: OptionalPart[];
  /** How many citations the model claimed that did not stand in the documents. */
  droppedCitations: number;
}

/**
 * What happens while a question is answered, in order: `passages` once, then any number of `delta`, then
 * `citations` once and `done` once. The deltas add up to the answer unless the model failed or its citations
 * did not hold: what counts is the answer in `done`.
 */
export type AnswerEvent =
  | { kind: "passages"; passages: FoundPassage[] }
  | { kind: "delta"; text: string }
  | { kind: "citations"; citations: NumberedCitation[] }
  | { kind: "done"; answer: Answer };
