import { PostingReader } from "./posting-reader.ts";
import { BODY_UNITS, findTerm, type Segment } from "./segment.ts";
import type { Visibility } from "./visibility.ts";

/** FTS5's constants (ext/fts5/fts5_aux.c). */
const K1 = 1.2;
const B = 0.75;
/** What FTS5 gives a term that occurs in half of the chunks or more. */
const LEAST_IDF = 1e-6;

/** A term of the question, what a match of it counts, and in how many visible chunks it occurs. */
export interface WeightedTerm {
  hash: number;
  weight: number;
  count: number;
}

/** In how many visible chunks a term occurs. */
export function countChunks(segments: readonly Segment[], visibility: Visibility, hash: number): number {
  const reader = new PostingReader();
  let found = 0;
  segments.forEach((segment, index) => {
    const place = findTerm(segment, hash);
    if (place < 0) return;
    reader.open(segment, place);
    const mask = visibility.masks[index] ?? null;
    if (mask === null) found += reader.count;
    else while (reader.next()) found += mask[reader.chunk] ?? 0;
  });
  return found;
}

/** FTS5's inverse document frequency of a term that `found` of the chunks hold. */
function inverseFrequency(found: number, chunks: number): number {
  const idf = Math.log((chunks - found + 0.5) / (found + 0.5));
  return idf > 0 ? idf : LEAST_IDF;
}

/**
 * BM25 scores of all chunks, segment after segment, equal to FTS5's `bm25()` (with the sign turned) for an OR of
 * the terms over what is visible. Hidden chunks get scores too: they are left out by whoever picks the best.
 */
export function scoreBm25(
  segments: readonly Segment[],
  visibility: Visibility,
  terms: readonly WeightedTerm[],
): Float64Array {
  const scores = new Float64Array(segments.reduce((total, { size }) => total + size, 0));
  const perWord = visibility.chunks === 0 ? 0 : (K1 * B * visibility.chunks) / Math.max(1, visibility.words);
  const reader = new PostingReader();
  let base = 0;
  for (const segment of segments) {
    const { lengths } = segment;
    for (const { hash, weight, count } of terms) {
      const place = findTerm(segment, hash);
      if (place < 0) continue;
      const gain = inverseFrequency(count, visibility.chunks) * weight * (K1 + 1);
      reader.open(segment, place);
      while (reader.next()) {
        const frequency = reader.units / BODY_UNITS;
        const norm = K1 * (1 - B) + perWord * (lengths[reader.chunk] ?? 0);
        const at = base + reader.chunk;
        scores[at] = (scores[at] ?? 0) + (gain * frequency) / (frequency + norm);
      }
    }
    base += segment.size;
  }
  return scores;
}
