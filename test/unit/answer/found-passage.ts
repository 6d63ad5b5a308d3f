import { analyze, analyzeQuestion } from "../../../workers/rag/analyze/analyze.ts";
import type { ChatRequest } from "../../../workers/rag/chat-port.ts";
import type { FoundPassage, SearchResult } from "../../../workers/rag/search-port.ts";
import { digestText } from "../../../workers/text/digest.ts";

/** A passage as the search would return it, of a document whose stored text holds it at `start`. */
export function foundPassage(text: string, over: Partial<FoundPassage> = {}): FoundPassage {
  const start = over.start ?? 0;
  const page = over.page ?? 1;
  return {
    chunkId: `${over.documentId ?? "doc"}:${start}`,
    documentId: "doc",
    documentName: "report.txt",
    title: "",
    version: 1,
    ordinal: 0,
    page,
    start,
    end: start + text.length,
    pages: [{ page, start }],
    headings: [],
    context: "",
    text,
    digest: digestText(text),
    score: 1,
    scores: { bm25: 1, vector: null, fused: 1, rerank: 1 },
    ...over,
  };
}

/** What a search that found these passages hands to a model. */
export function requestOver(question: string, passages: FoundPassage[], signal = 0.8): ChatRequest {
  return { question, passages, terms: termsOver(question, passages), signal };
}

export function resultOver(question: string, passages: FoundPassage[], signal = 0.8): SearchResult {
  const timings = { lexical: 1, vector: 0, rerank: 0, fetch: 0 };
  return { passages, terms: termsOver(question, passages), signal, timings };
}

function termsOver(question: string, passages: FoundPassage[]): SearchResult["terms"] {
  const held = passages.map(({ text }) => new Set(analyze(text).map(({ term }) => term)));
  return analyzeQuestion(question).map((term) => {
    const frequency = held.filter((terms) => terms.has(term)).length;
    return { term, idf: Math.log(1 + (100 - frequency + 0.5) / (frequency + 0.5)) };
  });
}
