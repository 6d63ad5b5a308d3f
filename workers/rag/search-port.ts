import type { MetadataFilter } from "../contract/metadata-filter.ts";

/** How passages are found: both ways fused (the default), by words alone, or by vectors alone. */
export type SearchMode = "hybrid" | "keyword" | "vector";

/** One chunk as ingestion hands it to the index. */
export interface IndexedChunk {
  ordinal: number;
  /** The page on which the chunk starts, from 1. */
  page: number;
  /** Offsets into the version's stored text, in UTF-16 code units. */
  start: number;
  end: number;
  /** The pages the chunk touches, in order: see {@link PageStart}. */
  pages: PageStart[];
  /** The heading path, outermost first, without the document's title. */
  headings: string[];
  /** Indexed and shown, never quoted: a table's caption and header when the chunk holds later rows. */
  context: string;
  /** The chunk's body: the stored text from start to end. */
  text: string;
  /** `digestText` of the text, so that a quotation can be checked against what was indexed. */
  digest: string;
  /** Unit vector scaled to int8, or null when the model had nothing to say (no known word). */
  vector: Int8Array | null;
}

/**
 * Where in the stored text a page begins within a chunk. A chunk's first entry is the page it starts on,
 * at the chunk's own start, so that the page of any offset is that of the last entry not behind it.
 */
export interface PageStart {
  page: number;
  start: number;
}

/** A version as the index knows it. Appending the same chunks again changes nothing. */
export interface IndexedVersion {
  documentId: string;
  version: number;
  documentName: string;
  title: string;
  metadata: Record<string, unknown>;
}

export interface AppendRequest {
  version: IndexedVersion;
  /**
   * Which making of the version the chunks belong to, from 1. A version that is ingested again is built beside
   * the one that answers, and takes its place when it is activated.
   */
  build: number;
  chunks: IndexedChunk[];
}

export interface SearchRequest {
  question: string;
  /** The question's embedding by the same model as the chunks'; null leaves the vectors out. */
  vector: Int8Array | null;
  mode: SearchMode;
  topK: number;
  /** How much the vectors count in the fused score; it belongs to the embedding model. */
  denseWeight: number;
  /** Restricts what is found; statistics are still taken over all that is visible. */
  filters?: MetadataFilter;
  /** What the asker may see, by document: the others leave no trace, not even in the scores. All when left out. */
  permitted?: { except: string[] } | { only: string[] };
  /** Search what was live then: a time in epoch milliseconds, or fixed versions of documents. */
  asOf?: { at: number } | { version: number };
  /** Look into this version of this document only, live or not (the probe of ingestion). */
  only?: { documentId: string; version: number; build: number };
}

export interface SearchResult {
  passages: FoundPassage[];
  /** The question's terms with their inverse document frequency in what was searched, smoothed, above zero. */
  terms: { term: string; idf: number }[];
  /** Confidence that the best passage answers the question, 0 to 1. */
  signal: number;
  /** Milliseconds of each stage. */
  timings: { lexical: number; vector: number; rerank: number; fetch: number };
}

export interface FoundPassage extends Omit<IndexedChunk, "vector"> {
  chunkId: string;
  documentId: string;
  documentName: string;
  title: string;
  version: number;
  score: number;
  scores: { bm25: number; vector: number | null; fused: number; rerank: number };
}
