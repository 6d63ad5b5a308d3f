import type { FoundPassage } from "../search-port.ts";
import type { RankedCandidate } from "./rank-candidates.ts";

/** An answer is at most this many sentences or rows. */
const MOST = 3;
/** How far behind the best a candidate may stay and still be said. */
const REACH = 0.35;
/** When the best is this far ahead of the next, it answers alone. */
const CLEAR_LEAD = 0.3;
/** The same behind a table row, whose neighbours differ from it in little but the label. */
const CLEAR_ROW_LEAD = 0.12;

/**
 * The candidates that make the answer, the best first, since that is what a reader sees. Chunks overlap, so the same
 * span may come from two passages, and documents repeat themselves: nothing is said twice.
 */
export function chooseCandidates(ranked: RankedCandidate[], passages: FoundPassage[]): RankedCandidate[] {
  const [best] = ranked;
  if (best === undefined) return [];
  const lead = best.candidate.row === null ? CLEAR_LEAD : CLEAR_ROW_LEAD;
  const chosen: RankedCandidate[] = [];
  for (const candidate of ranked) {
    if (candidate.score < best.score - REACH || chosen.length === MOST) break;
    if (chosen.length === 1 && best.score - candidate.score > lead) break;
    if (!chosen.some((other) => saysTheSame(candidate, other, passages))) chosen.push(candidate);
  }
  return chosen;
}

function saysTheSame(a: RankedCandidate, b: RankedCandidate, passages: FoundPassage[]): boolean {
  const first = passages[a.candidate.passage];
  const second = passages[b.candidate.passage];
  const isOneText = first?.documentId === second?.documentId && first?.version === second?.version;
  const overlaps = a.candidate.start < b.candidate.end && b.candidate.start < a.candidate.end;
  return (isOneText && overlaps) || folded(a.candidate.quote) === folded(b.candidate.quote);
}

function folded(text: string): string {
  return text.replace(/\s+/gu, " ").trim().toLowerCase();
}
