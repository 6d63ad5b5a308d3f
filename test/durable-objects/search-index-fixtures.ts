import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { SearchIndex } from "../../durable-objects/search-index.ts";
import type { IndexedChunk, SearchRequest } from "../../workers/rag/search-port.ts";
import { digestText } from "../../workers/text/digest.ts";

export type IndexStub = DurableObjectStub<SearchIndex>;

let opened = 0;

/** A new, empty index. */
export function openIndex(): IndexStub {
  return env.SEARCH_INDEX.get(env.SEARCH_INDEX.idFromName(`index ${opened++}`));
}

export function chunkOf(ordinal: number, text: string, more: Partial<IndexedChunk> = {}): IndexedChunk {
  return {
    ordinal,
    page: 1,
    start: 0,
    end: text.length,
    pages: [{ page: 1, start: 0 }],
    headings: [],
    context: "",
    text,
    digest: digestText(text),
    vector: null,
    ...more,
  };
}

export function requestOf(question: string, more: Partial<SearchRequest> = {}): SearchRequest {
  return { question, vector: null, mode: "keyword", topK: 100, denseWeight: 0, ...more };
}

export interface TestDocument {
  documentId: string;
  version: number;
  title: string;
  texts: string[];
  metadata?: Record<string, unknown>;
}

/** Appends a document and makes it live. */
export async function publish(index: IndexStub, document: TestDocument, at = 1): Promise<void> {
  await appendTo(index, document);
  await index.activate([{ documentId: document.documentId, version: document.version, build: 1, at }]);
}

export function appendTo(index: IndexStub, document: TestDocument): Promise<{ appended: number }> {
  const { documentId, version, title, texts, metadata = {} } = document;
  return index.append([
    {
      version: { documentId, version, title, documentName: `${documentId}.txt`, metadata },
      build: 1,
      chunks: texts.map((text, ordinal) => chunkOf(ordinal, text)),
    },
  ]);
}

/** The ids and BM25 scores that a search finds, by id. */
export async function foundScores(index: IndexStub, request: SearchRequest): Promise<[string, number][]> {
  const { passages } = await index.search(request);
  return passages
    .map(({ chunkId, scores }): [string, number] => [chunkId, scores.bm25])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What SQLite's FTS5 finds in the same texts for an OR of the words, with its own scores. */
export function oracleScores(
  index: IndexStub,
  documents: readonly TestDocument[],
  words: readonly string[],
): Promise<[string, number][]> {
  return runInDurableObject(index, (_instance, { storage: { sql } }) => {
    sql.exec(
      "CREATE VIRTUAL TABLE oracle USING fts5(id UNINDEXED, title, body, tokenize = 'porter unicode61')",
    );
    for (const { documentId, version, title, texts } of documents) {
      texts.forEach((text, ordinal) => {
        sql.exec("INSERT INTO oracle VALUES (?, ?, ?)", `${documentId}:${version}:${ordinal}`, title, text);
      });
    }
    const rows = sql.exec<{ id: string; score: number }>(
      "SELECT id, -bm25(oracle, 1.0, 1.5, 1.0) AS score FROM oracle WHERE oracle MATCH ? ORDER BY id",
      words.map((word) => `"${word}"`).join(" OR "),
    );
    const scores = [...rows].map(({ id, score }): [string, number] => [id, score]);
    sql.exec("DROP TABLE oracle");
    return scores.sort(([a], [b]) => (a < b ? -1 : 1));
  });
}
