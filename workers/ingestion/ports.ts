import type { JobReason, JobStage, StageRecord } from "../contract/ingestion.ts";
import type { EmbeddingModel } from "../rag/embedding-port.ts";
import type { AppendRequest, SearchRequest, SearchResult } from "../rag/search-port.ts";
import type { ParsedDocument } from "./parsed-document.ts";
import type { ContentScanner, ScanState } from "./scan/verdict.ts";

/** A job whose lease this worker holds, with all that the pipeline needs to know of its version. */
export interface ClaimedJob {
  id: string;
  lease: string;
  collectionId: string;
  documentId: string;
  documentName: string;
  version: number;
  sha256: string;
  bytes: number;
  /** What is known of these bytes, in whichever version they were scanned. */
  scan: ScanState;
  /** The type, where it is known already: a text that came as text, or a version that was parsed before. */
  mimeType: string | null;
  /** What the uploader said it is: a hint, never the truth. */
  declaredType: string | null;
  title: string | null;
  metadata: Record<string, unknown>;
  attempts: number;
  /** Which making of the version this is, from 1: `reindex` and replay begin a new one. */
  build: number;
  cursor: Cursor;
}

/** How far a long document got. */
export interface Cursor {
  /** Pages parsed. */
  page: number;
  /** Chunks indexed. */
  chunk: number;
  /** What its bytes were found to be. */
  mimeType: string | null;
}

/** One making of a version: what a reindex begins anew. */
export type Making = Pick<ClaimedJob, "id" | "build">;

/** What the ledger notes of a stage. */
export interface StageNote {
  stage: JobStage;
  outcome: StageRecord["outcome"];
  startedAt: number;
  durationMs: number;
  detail: string | null;
}

export interface Finished {
  mimeType: string;
  title: string | null;
  textKey: string;
  pages: number;
  chunks: number;
  liveFrom: number | null;
  notes: StageNote[];
}

export interface Quarantine {
  reason: JobReason;
  /** Null when the bytes were known already. */
  threat: string | null;
  notes: StageNote[];
}

/**
 * The book of all ingestion. A claim is a lease: nobody else works on the job until it ends; every write below
 * names the lease and does nothing when it was lost. Each call is one transaction.
 */
export interface Ledger {
  /** Leases those of the jobs that are open and not leased; the others are done, gone or somebody else's. */
  claim(jobIds: string[]): Promise<ClaimedJob[]>;
  /** Extends the lease and shows progress. */
  progress(job: ClaimedJob, stage: JobStage, percent: number): Promise<void>;
  /** Ends a turn: keeps the cursor, lets go of the lease; the next message goes on. Null leaves the percentage as it is. */
  handOver(
    job: ClaimedJob,
    stage: JobStage,
    percent: number | null,
    cursor: Cursor,
    notes: StageNote[],
  ): Promise<void>;
  /** Returns the jobs whose document was deleted meanwhile. */
  finish(finished: { job: ClaimedJob; result: Finished }[]): Promise<ClaimedJob[]>;
  /** Lets go of the lease for another attempt after `delaySeconds`. */
  retryLater(job: ClaimedJob, reason: JobReason, delaySeconds: number, notes: StageNote[]): Promise<void>;
  fail(job: ClaimedJob, reason: JobReason, deadLetter: boolean, notes: StageNote[]): Promise<void>;
  /** Fails every version of these bytes for good, takes them out of the index and tells the audit log. */
  quarantine(job: ClaimedJob, finding: Quarantine): Promise<void>;
}

/** The bytes as they were uploaded, by their SHA-256. */
export interface ContentStore {
  read(sha256: string): Promise<Uint8Array | null>;
  delete(sha256: string): Promise<void>;
}

/** What parsing made of the bytes, and what it made so far of a long document. */
export interface TextStore {
  /** The key under which the stored text stands that these bytes give when they are read as that type. */
  keyOf(sha256: string, mimeType: string): string;
  save(key: string, document: ParsedDocument): Promise<void>;
  load(key: string): Promise<ParsedDocument | null>;
  saveSlice(job: Making, fromPage: number, slice: unknown): Promise<void>;
  /** In the order of their pages. */
  loadSlices(job: Making): Promise<unknown[]>;
  dropSlices(job: Making): Promise<void>;
  /** Deletes the texts, of every revision, of bytes that are gone. */
  deleteOf(sha256: string): Promise<void>;
}

/** The collection's search index, as ingestion uses it. Every call may be repeated without harm. */
export interface IndexWriter {
  append(request: AppendRequest): Promise<void>;
  /** Makes the version the live one, atomically, unless a newer one is. Returns the time from which it is live, or null. */
  activate(version: {
    documentId: string;
    version: number;
    build: number;
    at: number;
  }): Promise<number | null>;
  search(request: SearchRequest): Promise<SearchResult>;
  remove(document: { documentId: string }): Promise<void>;
}

export interface IngestionPorts {
  ledger: Ledger;
  content: ContentStore;
  texts: TextStore;
  /** Asked about what our own scanner found nothing in. */
  scanner: ContentScanner | null;
  index(collectionId: string): IndexWriter;
  embedding: EmbeddingModel;
  now(): number;
  /** Lets other work of the isolate run. */
  yieldToOthers(): Promise<void>;
}
