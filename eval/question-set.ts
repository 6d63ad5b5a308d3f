import type { Citation, Passage } from "../workers/contract/queries.ts";

/** Documents to ask, and questions with what is known about their answers. */
export interface QuestionSet {
  name: string;
  documents: TextToAdd[] | FileToAdd[];
  questions: Question[];
}

export interface TextToAdd {
  name: string;
  title?: string;
  text: string;
}

export interface FileToAdd {
  name: string;
  path: string;
}

export interface Question {
  id: string;
  text: string;
  /** Why no document answers it; null when one does. */
  unanswerable: "near-miss" | "out-of-domain" | null;
  /** What a search should find; empty for a question that no document answers. */
  relevant: ReadonlyMap<string, number>;
  /** What a passage stands for in `relevant`: its document, or a place within one. */
  unitOf(passage: Passage): string;
  /** Whether a citation holds the known answer; null where only documents are judged, not answers. */
  isAnsweredBy: ((citation: Citation) => boolean) | null;
}
