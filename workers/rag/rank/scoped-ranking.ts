import { type Ranking, type RankRequest, rankChunks, type Searchable } from "./rank-chunks.ts";

/** The documents that a question means by name. */
export interface Meant {
  /** What is searched, reduced to them: their words are weighed among themselves. */
  searchable: Searchable;
  /** How surely each version, by its row, is meant: up to 1.2. */
  affinity: ReadonlyMap<number, number>;
}

/** Chunks of the named documents among which their affinity may still change the order. */
const SCOPED_CHUNKS = 100;

/**
 * Ranks the chunks of the documents that a question names before the others, the more surely it does the more.
 * Look-alike documents (a company's reports of different years) are told apart by their names, not by their text;
 * inside one, its own name says nothing, so that the chunks are weighed against one another there.
 */
export function rankWithin(searchable: Searchable, meant: Meant | null, request: RankRequest): Ranking {
  const open = rankChunks(searchable, request);
  if (meant === null || meant.affinity.size === 0) return open;
  const scoped = rankChunks(meant.searchable, { ...request, topK: Math.max(SCOPED_CHUNKS, request.topK) });
  const chunks = new Map(open.chunks.map((chunk) => [keyOf(chunk), chunk]));
  for (const chunk of scoped.chunks) {
    const score = chunk.score + (meant.affinity.get(chunk.versionRow) ?? 0);
    const known = chunks.get(keyOf(chunk));
    if (known === undefined || known.score < score) chunks.set(keyOf(chunk), { ...chunk, score });
  }
  const ranked = [...chunks.values()].sort((a, b) => b.score - a.score).slice(0, request.topK);
  const [best] = ranked;
  const leading = best !== undefined && meant.affinity.has(best.versionRow) ? scoped : open;
  return {
    chunks: ranked,
    terms: leading.terms,
    signal: leading.signal,
    timings: {
      lexical: open.timings.lexical + scoped.timings.lexical,
      vector: open.timings.vector + scoped.timings.vector,
      rerank: open.timings.rerank + scoped.timings.rerank,
    },
  };
}

function keyOf({ versionRow, ordinal }: { versionRow: number; ordinal: number }): string {
  return `${versionRow}:${ordinal}`;
}
