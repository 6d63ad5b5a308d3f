import type { Client } from "../cli/client.ts";
import type { SearchMode } from "../workers/contract/queries.ts";
import { addDocuments } from "./add-documents.ts";
import { askAll, rankAll, sampleEvenly } from "./ask.ts";
import { type Latency, measureLatency, measureQuality, type Quality } from "./figures.ts";
import type { QuestionSet } from "./question-set.ts";

export interface Evaluation extends Quality {
  set: string;
  mode: SearchMode;
  documents: number;
  chunks: number;
  /** Questions that were ranked; fewer may have been asked for an answer. */
  questions: number;
  asked: number;
  /** Answers that had to do without a part, such as the embedding. */
  degraded: number;
  /** Seconds from the first upload to the last document that answers. */
  ingest_seconds: number;
  /** Milliseconds inside the Worker of one question at a time, and of its whole HTTP request. */
  latency_ms: Latency;
  http_latency_ms: Latency;
  /** nDCG@10 by words alone, where it was asked for. */
  keyword_ndcg_at_10: number | null;
}

export interface EvaluationOptions {
  mode: SearchMode;
  /** How many questions are asked for an answer; all are ranked. */
  limit: number;
  alsoByKeyword: boolean;
}

/** Runs a set through the product: its documents are ingested, its questions asked, over HTTP. */
export async function evaluate(
  client: Client,
  set: QuestionSet,
  { mode, limit, alsoByKeyword }: EvaluationOptions,
): Promise<Evaluation> {
  const startedAt = performance.now();
  const chunks = await addDocuments(client, set.name, set.documents);
  const ingestMs = performance.now() - startedAt;
  const rankings = await rankAll(client, set, mode);
  const asked = await askAll(client, set, sampleEvenly(set.questions, limit), mode);
  const byKeyword = alsoByKeyword ? measureQuality(await rankAll(client, set, "keyword"), []) : null;
  return {
    set: set.name,
    mode,
    documents: set.documents.length,
    chunks,
    questions: set.questions.length,
    asked: asked.length,
    degraded: asked.filter(({ answer }) => answer.degraded.length > 0).length,
    ...measureQuality(rankings, asked),
    keyword_ndcg_at_10: byKeyword?.ndcg_at_10 ?? null,
    ingest_seconds: Math.round(ingestMs / 100) / 10,
    latency_ms: measureLatency(asked.map(({ answer }) => answer.timings.total ?? Number.NaN)),
    http_latency_ms: measureLatency(asked.map(({ httpMs }) => httpMs)),
  };
}
