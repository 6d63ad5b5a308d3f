/** What a search found for one question, and what it should have found. */
export interface Ranking {
  /** Distinct, best first. */
  found: readonly string[];
  /** What is relevant, with its gain: 1 where relevance has no degrees. Never empty. */
  relevant: ReadonlyMap<string, number>;
}

/**
 * Normalised discounted cumulative gain at `depth`, with the gains as they are judged and a logarithmic discount
 * (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002), as trec_eval computes it.
 */
export function ndcgAt(depth: number, { found, relevant }: Ranking): number {
  const ideal = [...relevant.values()].sort((a, b) => b - a);
  return (
    discountedGain(
      depth,
      found.map((id) => relevant.get(id) ?? 0),
    ) / discountedGain(depth, ideal)
  );
}

/** One over the rank of the first that is relevant, 0 when none is among the first `depth`. */
export function reciprocalRankAt(depth: number, { found, relevant }: Ranking): number {
  const position = found.slice(0, depth).findIndex((id) => relevant.has(id));
  return position < 0 ? 0 : 1 / (position + 1);
}

/** The share of what is relevant that stands among the first `depth`. */
export function recallAt(depth: number, { found, relevant }: Ranking): number {
  return found.slice(0, depth).filter((id) => relevant.has(id)).length / relevant.size;
}

/** NaN of nothing: a figure that nobody measured must not pass for one. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least `share` of the values do not exceed (nearest rank); NaN of nothing. */
export function percentile(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function discountedGain(depth: number, gains: readonly number[]): number {
  return gains.slice(0, depth).reduce((sum, gain, position) => sum + gain / Math.log2(position + 2), 0);
}
