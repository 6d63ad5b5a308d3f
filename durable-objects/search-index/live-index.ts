import { buildSegment, type ChunkToIndex } from "../../workers/rag/index/build-segment.ts";
import { chooseMerge } from "../../workers/rag/index/merge-policy.ts";
import { mergeAtOnce, mergeSegments } from "../../workers/rag/index/merge-segments.ts";
import { bytesOf, type Segment } from "../../workers/rag/index/segment.ts";
import type { ChunkStore } from "./chunk-store.ts";
import type { SegmentStore, StoredSegment } from "./segment-store.ts";
import { TailStore } from "./tail-store.ts";
import type { VersionStore } from "./version-store.ts";

/** Chunks that wait in memory before they are written as a segment. */
const FLUSHED_CHUNKS = 512;
/** Small segments that a search may have to look through before they are joined in memory. */
const MOST_TAIL_SEGMENTS = 16;

/**
 * The inverted index as it stands: stored segments, and a tail of chunks that are stored but in no segment yet.
 * The tail is indexed again after a restart, so that nothing is lost at any point. Writes must run inside a
 * transaction of the caller's; {@link reload} follows one that was rolled back.
 */
export class LiveIndex {
  #stored: StoredSegment[] = [];
  #tail: Segment[] = [];
  #existing: Uint8Array = new Uint8Array(0);
  readonly #tailStore: TailStore;
  readonly #segmentStore: SegmentStore;
  readonly #chunks: ChunkStore;
  readonly #versions: VersionStore;

  constructor(sql: SqlStorage, segmentStore: SegmentStore, chunks: ChunkStore, versions: VersionStore) {
    this.#tailStore = new TailStore(sql);
    this.#segmentStore = segmentStore;
    this.#chunks = chunks;
    this.#versions = versions;
    this.reload();
  }

  get segments(): Segment[] {
    return [...this.#stored.map(({ segment }) => segment), ...this.#tail];
  }

  /** Reads all from storage; chunks of a damaged segment are indexed again from their text. */
  reload(): void {
    this.#existing = this.#versions.existing();
    const { segments, damaged } = this.#segmentStore.load();
    this.#stored = segments;
    this.#tail = [];
    if (damaged.length > 0) this.#recover(damaged);
    for (const { versionRow, ordinals } of this.#tailStore.read()) {
      const title = this.#versions.read(versionRow)?.title ?? "";
      this.#grow(buildSegment(this.#chunks.toIndex(versionRow, ordinals, title)));
    }
    this.#flushIfDue();
  }

  /** Indexes chunks that were just stored, of one or many versions, as one segment of the tail. */
  append(chunks: readonly ChunkToIndex[]): void {
    if (chunks.length === 0) return;
    for (const [versionRow, ordinals] of ordinalsByVersion(chunks)) {
      this.#tailStore.add(versionRow, ordinals);
      this.#keep(versionRow);
    }
    this.#grow(buildSegment(chunks));
    this.#flushIfDue();
  }

  /** Takes versions out of the index. Their postings stay, unseen, until a merge leaves them out. */
  forget(versionRows: readonly number[]): void {
    for (const versionRow of versionRows) this.#tailStore.deleteVersion(versionRow);
    this.#existing = this.#versions.existing();
  }

  needsMerge(): boolean {
    return chooseMerge(this.#stored, this.#isKept).length > 0;
  }

  /**
   * Merges segments that are due, a slice at a step. After the last step `commit` must run, in a transaction.
   * What is appended or forgotten between two steps is not lost: the merged segments stand until then. Where they
   * were replaced meanwhile (the index was cleared or read again), nothing is committed.
   */
  *merge(): Generator<void, { commit: () => void } | undefined> {
    const due = chooseMerge(this.#stored, this.#isKept);
    if (due.length === 0) return undefined;
    const merged = yield* mergeSegments(
      due.map(({ segment }) => segment),
      this.#isKept,
    );
    const commit = () => {
      if (!due.every((stored) => this.#stored.includes(stored))) return;
      for (const { id } of due) this.#segmentStore.delete(id);
      const kept = this.#stored.filter((stored) => !due.includes(stored));
      this.#stored = merged.size === 0 ? kept : [...kept, this.#segmentStore.save(merged)];
    };
    return { commit };
  }

  describe(): { segments: number; indexedChunks: number; pendingChunks: number; memoryBytes: number } {
    const { segments } = this;
    return {
      segments: segments.length,
      indexedChunks: segments.reduce((total, { size }) => total + size, 0),
      pendingChunks: this.#tail.reduce((total, { size }) => total + size, 0),
      memoryBytes: segments.reduce((total, segment) => total + bytesOf(segment), 0),
    };
  }

  readonly #isKept = (versionRow: number): boolean => this.#existing[versionRow] === 1;

  #keep(versionRow: number): void {
    if (versionRow >= this.#existing.length) {
      const longer = new Uint8Array(2 * versionRow + 1);
      longer.set(this.#existing);
      this.#existing = longer;
    }
    this.#existing[versionRow] = 1;
  }

  #grow(segment: Segment): void {
    this.#tail.push(segment);
    if (this.#tail.length > MOST_TAIL_SEGMENTS) this.#tail = [mergeAtOnce(this.#tail, this.#isKept)];
  }

  #flushIfDue(): void {
    if (this.#tail.reduce((total, { size }) => total + size, 0) < FLUSHED_CHUNKS) return;
    const flushed = mergeAtOnce(this.#tail, this.#isKept);
    if (flushed.size > 0) this.#stored.push(this.#segmentStore.save(flushed));
    this.#tailStore.clear();
    this.#tail = [];
  }

  /** Moves every chunk that no readable segment holds to the tail. */
  #recover(damaged: readonly number[]): void {
    const held = new Map<number, Set<number>>();
    for (const { segment } of this.#stored) {
      segment.versions.forEach((versionRow, place) => {
        const ordinals = held.get(versionRow) ?? new Set();
        held.set(versionRow, ordinals.add(segment.ordinals[place] ?? 0));
      });
    }
    this.#tailStore.clear();
    this.#existing.forEach((exists, versionRow) => {
      if (exists !== 1) return;
      const missing = [...this.#chunks.ordinals(versionRow)].filter(
        (ordinal) => !held.get(versionRow)?.has(ordinal),
      );
      if (missing.length > 0) this.#tailStore.add(versionRow, missing);
    });
    for (const id of damaged) this.#segmentStore.delete(id);
  }
}

function ordinalsByVersion(chunks: readonly ChunkToIndex[]): Map<number, number[]> {
  const byVersion = new Map<number, number[]>();
  for (const { versionRow, ordinal } of chunks) {
    const ordinals = byVersion.get(versionRow);
    if (ordinals === undefined) byVersion.set(versionRow, [ordinal]);
    else ordinals.push(ordinal);
  }
  return byVersion;
}
