import { DurableObject } from "cloudflare:workers";
import type { ChunkToIndex } from "../workers/rag/index/build-segment.ts";
import { seeVersions } from "../workers/rag/index/visibility.ts";
import type { Searchable } from "../workers/rag/rank/rank-chunks.ts";
import { rankWithin } from "../workers/rag/rank/scoped-ranking.ts";
import type {
  AppendRequest,
  FoundPassage,
  IndexedVersion,
  SearchRequest,
  SearchResult,
} from "../workers/rag/search-port.ts";
import dotProductModule from "../workers/rag/vectors/dot-product.wasm";
import { dotProductsFrom } from "../workers/rag/vectors/dot-products.ts";
import { ChunkStore, chunkToIndex, type StoredChunk } from "./search-index/chunk-store.ts";
import { LiveIndex } from "./search-index/live-index.ts";
import { CHUNKS_A_VERSION, createTables } from "./search-index/schema.ts";
import { Scopes } from "./search-index/scopes.ts";
import { SegmentStore } from "./search-index/segment-store.ts";
import { type StoredVersion, VersionStore } from "./search-index/version-store.ts";

const dotProducts = dotProductsFrom(dotProductModule);

/** Merging starts this long after a change, so that it does not stand in the way of what follows. */
const MERGE_DELAY_MS = 1_000;

/**
 * The search index of one collection: chunks, their inverted index and their vectors. It can be rebuilt from the
 * documents' bytes, and survives being stopped at any point: each method's writes are one transaction.
 */
export class SearchIndex extends DurableObject<Env> {
  readonly #versions: VersionStore;
  readonly #chunks: ChunkStore;
  readonly #index: LiveIndex;
  readonly #scopes: Scopes;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    createTables(sql);
    this.#versions = new VersionStore(sql);
    this.#chunks = new ChunkStore(sql);
    this.#scopes = new Scopes(this.#versions);
    this.#index = ctx.storage.transactionSync(
      () => new LiveIndex(sql, new SegmentStore(sql), this.#chunks, this.#versions),
    );
  }

  /**
   * Stores and indexes chunks of versions that are not live yet, all in one transaction. Chunks that are there
   * already are left alone, so that a repeated request changes nothing.
   *
   * @returns how many were new
   */
  async append(requests: AppendRequest[]): Promise<{ appended: number }> {
    if (requests.some(({ chunks }) => chunks.some(({ ordinal }) => ordinal >= CHUNKS_A_VERSION))) {
      throw new RangeError(`A version has at most ${CHUNKS_A_VERSION} chunks.`);
    }
    const appended = this.#change(() => {
      const stored = requests.flatMap((request) => this.#store(request));
      this.#index.append(stored);
      return stored.length;
    });
    await this.#mergeLater();
    return { appended };
  }

  /**
   * The one switch, of several documents at once: each version is live from `at` on (epoch milliseconds), the one
   * before it until then. Nothing changes where it has been live already, or where a newer one is.
   *
   * @returns the time from which each is live, or null where a newer one is
   * @throws AppError `version_not_found` for a version that was never appended
   */
  async activate(versions: Parameters<VersionStore["activate"]>[0][]): Promise<(number | null)[]> {
    const times = this.#change(() =>
      versions.map((version) => {
        const { from, forgotten } = this.#versions.activate(version);
        if (forgotten.length > 0) this.#drop(forgotten);
        return from;
      }),
    );
    await this.#mergeLater();
    return times;
  }

  /** Erases all versions of a document. */
  async remove({ documentId }: { documentId: string }): Promise<void> {
    this.#change(() => this.#drop(this.#versions.delete(documentId)));
    await this.#mergeLater();
  }

  /** Erases everything: the collection is gone. */
  async clear(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#change(() => {
      createTables(this.ctx.storage.sql);
      this.#versions.forget();
      this.#index.reload();
    });
  }

  /** Changes what a document is called and carries. Words of a new title are found once it is ingested again. */
  rename(version: IndexedVersion): void {
    this.#change(() => this.#versions.rename(version));
  }

  /** Finds the passages that answer a question best. */
  search(request: SearchRequest): SearchResult {
    const { segments } = this.#index;
    const scope = this.#scopes.of(segments, request);
    const readStreams: Searchable["readStreams"] = (chunks) => this.#chunks.streams(chunks);
    const searchable = { segments, ...scope, readStreams, dotProducts };
    const affinity = this.#versions.named(request.question, scope.eligibleRows);
    const ranking = rankWithin(
      searchable,
      affinity.size === 0 ? null : { searchable: this.#within(searchable, affinity), affinity },
      request,
    );
    const started = performance.now();
    const contents = this.#chunks.read(ranking.chunks);
    const versions = new Map(
      contents.map(({ versionRow }) => [versionRow, this.#versions.read(versionRow)] as const),
    );
    const passages = contents.flatMap((chunk, index): FoundPassage[] => {
      const version = versions.get(chunk.versionRow);
      const ranked = ranking.chunks[index];
      if (version === undefined || ranked === undefined) return [];
      const { bm25, cosine, fused, score } = ranked;
      return [
        { ...describePassage(chunk, version), score, scores: { bm25, vector: cosine, fused, rerank: score } },
      ];
    });
    const { terms, signal, timings } = ranking;
    return { passages, terms, signal, timings: { ...timings, fetch: performance.now() - started } };
  }

  /** The chunks of a version in order, at most `limit` after the ordinal `after` (-1 to begin). */
  chunks(page: { documentId: string; version: number; after: number; limit: number }): ListedChunk[] {
    const { documentId, version, after, limit } = page;
    const row = this.#versions.find({ documentId, version });
    if (row === undefined) return [];
    return this.#chunks.page(row, after, limit).map(({ versionRow: _row, ...chunk }) => ({
      chunkId: chunkIdOf(documentId, version, chunk.ordinal),
      ...chunk,
    }));
  }

  describe(): IndexDescription {
    return {
      ...this.#versions.count(),
      ...this.#index.describe(),
      chunks: this.#chunks.count(),
      storedBytes: this.ctx.storage.sql.databaseSize,
    };
  }

  /** Merges segments a slice at a time, letting searches in between. */
  override async alarm(): Promise<void> {
    const merging = this.#index.merge();
    for (;;) {
      const step = merging.next();
      if (step.done) {
        if (step.value !== undefined) this.#change(step.value.commit);
        break;
      }
      await scheduler.wait(0);
    }
    await this.#mergeLater();
  }

  /** Stores what is new of a request, and gives what is to be indexed of it. */
  #store({ version, build, chunks }: AppendRequest): ChunkToIndex[] {
    const row = this.#versions.ensure(version, build);
    const known = this.#chunks.ordinals(row);
    return chunks.flatMap((chunk) => {
      if (known.has(chunk.ordinal)) return [];
      known.add(chunk.ordinal);
      const toIndex = chunkToIndex(row, version.title, chunk);
      this.#chunks.insert(chunk, toIndex);
      return [toIndex];
    });
  }

  /** What is searched, reduced to some versions: nothing else counts in the statistics either. */
  #within(searchable: Searchable, affinity: ReadonlyMap<number, number>): Searchable {
    const rows = new Uint8Array(Math.max(...affinity.keys()) + 1);
    for (const row of affinity.keys()) rows[row] = 1;
    const visible = seeVersions(searchable.segments, rows);
    return { ...searchable, visible, eligible: visible };
  }

  #drop(rows: readonly number[]): void {
    for (const row of rows) this.#chunks.deleteVersion(row);
    this.#index.forget(rows);
  }

  /** Runs a change as one transaction; if it fails, what is in memory follows what is stored. */
  #change<Result>(change: () => Result): Result {
    this.#scopes.forget();
    try {
      return this.ctx.storage.transactionSync(change);
    } catch (error) {
      this.#versions.forget();
      this.#index.reload();
      throw error;
    }
  }

  async #mergeLater(): Promise<void> {
    if (this.#index.needsMerge() && (await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + MERGE_DELAY_MS);
    }
  }
}

/** A chunk as it is listed. */
export type ListedChunk = Omit<StoredChunk, "versionRow"> & { chunkId: string };

/** What an index holds, for operators. */
export interface IndexDescription {
  documents: number;
  versions: number;
  chunks: number;
  segments: number;
  /** Chunks in segments, those of erased versions included until a merge. */
  indexedChunks: number;
  /** Chunks that no stored segment holds yet. */
  pendingChunks: number;
  memoryBytes: number;
  storedBytes: number;
}

function describePassage(chunk: StoredChunk, version: StoredVersion): Omit<FoundPassage, "score" | "scores"> {
  const { versionRow: _row, ...content } = chunk;
  const { documentId, documentName, title, version: number } = version;
  return {
    chunkId: chunkIdOf(documentId, number, chunk.ordinal),
    documentId,
    documentName,
    title,
    version: number,
    ...content,
  };
}

function chunkIdOf(documentId: string, version: number, ordinal: number): string {
  return `${documentId}:${version}:${ordinal}`;
}
