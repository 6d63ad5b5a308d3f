import type { Candidate } from "./candidates.ts";

/** A candidate with what words and vectors say of it. */
export interface FusedCandidate {
  number: number;
  bm25: number;
  cosine: number | null;
  fused: number;
}

/**
 * Joins both candidate lists, best first: BM25 as a share of its maximum plus the weighted cosine, scaled from 0
 * to 1 over the nearest. What one list does not name gets nothing from it.
 */
export function fuse(
  byWords: readonly Candidate[],
  byVector: readonly Candidate[],
  denseWeight: number,
): FusedCandidate[] {
  const joined = new Map<number, FusedCandidate>();
  const highest = byWords[0]?.score ?? 1;
  for (const { number, score } of byWords) {
    joined.set(number, { number, bm25: score, cosine: null, fused: score / highest });
  }
  const nearest = byVector[0]?.score ?? 0;
  const farthest = byVector.at(-1)?.score ?? 0;
  for (const { number, score } of byVector) {
    const candidate = joined.get(number) ?? { number, bm25: 0, cosine: null, fused: 0 };
    const scaled = nearest > farthest ? (score - farthest) / (nearest - farthest) : 1;
    joined.set(number, { ...candidate, cosine: score, fused: candidate.fused + denseWeight * scaled });
  }
  return [...joined.values()].sort((a, b) => b.fused - a.fused || a.number - b.number);
}
