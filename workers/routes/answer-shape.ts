import type { Answer, AskQuery, Citation, Passage } from "../contract/queries.ts";
import type { Answer as DomainAnswer } from "../rag/answer/answer-ports.ts";
import type { NumberedCitation } from "../rag/answer/answer-text.ts";
import type { FoundPassage } from "../rag/search-port.ts";

/** The domain's answer in the contract's words. */
export const toAnswer = (id: string, answer: DomainAnswer, explain: boolean): Answer => ({
  id,
  answered: answer.answered,
  answer: answer.answer,
  citations: answer.citations.map(toCitation),
  passages: answer.passages.map((passage) => toPassage(passage, explain)),
  timings: answer.timings,
  degraded: answer.degraded,
});

export const toPassage = (passage: FoundPassage, explain: boolean): Passage => ({
  document_id: passage.documentId,
  document_name: passage.documentName,
  title: passage.title,
  version: passage.version,
  chunk_id: passage.chunkId,
  page: passage.page,
  start: passage.start,
  end: passage.end,
  headings: passage.headings,
  context: passage.context,
  text: passage.text,
  score: passage.score,
  ...(explain ? { scores: passage.scores } : {}),
});

export const toCitation = (citation: NumberedCitation): Citation => ({
  index: citation.index,
  document_id: citation.documentId,
  document_name: citation.documentName,
  version: citation.version,
  page: citation.page,
  start: citation.start,
  end: citation.end,
  quote: citation.quote,
});

/** What the history keeps of a question. */
export const toHistory = (id: string, collectionId: string, request: AskQuery, answer: DomainAnswer) => ({
  id,
  collectionId,
  question: request.question,
  mode: request.mode,
  answered: answer.answered,
  answer: answer.answer,
  citations: answer.citations.map(toCitation),
  passages: answer.passages.map((passage) => ({
    chunk_id: passage.chunkId,
    document_id: passage.documentId,
    version: passage.version,
    page: passage.page,
    score: passage.score,
  })),
  timings: answer.timings,
  degraded: answer.degraded,
  createdAt: Date.now(),
});
