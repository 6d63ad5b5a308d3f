import { countChunks, scoreBm25 } from "../index/bm25.ts";
import type { Segment } from "../index/segment.ts";
import type { Visibility } from "../index/visibility.ts";
import type { SearchMode } from "../search-port.ts";
import type { DotProducts } from "../vectors/dot-products.ts";
import { nearestByVector, nearestByWords } from "./candidates.ts";
import { type FusedCandidate, fuse } from "./fuse.ts";
import { type MatchFeatures, QuestionMatcher } from "./match-features.ts";
import { analyzeForRanking, dropUnusedForms, type QuestionWord } from "./question.ts";

/** What is searched. */
export interface Searchable {
  segments: readonly Segment[];
  /** What statistics are taken over. */
  visible: Visibility;
  /** What may be found: the visible chunks, or fewer. */
  eligible: Visibility;
  /** The word streams of chunks, in order. */
  readStreams(chunks: readonly ChunkAddress[]): Uint32Array[];
  dotProducts: DotProducts;
}

export interface RankRequest {
  question: string;
  vector: Int8Array | null;
  mode: SearchMode;
  denseWeight: number;
  topK: number;
}

export interface ChunkAddress {
  versionRow: number;
  ordinal: number;
}

export interface RankedChunk extends ChunkAddress {
  bm25: number;
  /** The cosine with the question, or null when it was not among the nearest. */
  cosine: number | null;
  fused: number;
  score: number;
}

export interface Ranking {
  chunks: RankedChunk[];
  terms: { term: string; idf: number }[];
  signal: number;
  timings: { lexical: number; vector: number; rerank: number };
}

/** Candidates whose words are looked at. */
const RERANKED = 60;
/** Passages that the signal is the best of. */
const SIGNAL_PASSAGES = 3;

/** What each feature adds to a score whose largest BM25 part is 1; measured on public collections. */
const WEIGHTS = { bigram: 0.6, sentence: 0.15, title: 0.2, number: 0.05, phrases: 0.8 } as const;

/**
 * Finds the chunks that answer a question best: BM25 and vectors each propose, their scores are fused by a
 * weighted sum of normalised scores (Bruch et al., "An analysis of fusion functions for hybrid retrieval", 2023),
 * and the best are reordered by how closely their words follow the question's.
 */
export function rankChunks(searchable: Searchable, request: RankRequest): Ranking {
  const started = performance.now();
  const question = analyzeForRanking(request.question);
  const { segments, visible } = searchable;
  const counted = question.terms.map((term) => ({
    ...term,
    count: countChunks(segments, visible, term.hash),
  }));
  const terms = dropUnusedForms(question.language, counted);
  const byWords =
    request.mode === "vector" ? [] : nearestByWords(searchable, scoreBm25(segments, visible, terms));
  const lexicalDone = performance.now();
  const byVector =
    request.mode === "keyword" || request.vector === null ? [] : nearestByVector(searchable, request.vector);
  const vectorDone = performance.now();

  const pool = fuse(byWords, byVector, request.mode === "vector" ? 1 : request.denseWeight)
    .slice(0, Math.max(RERANKED, request.topK))
    .map((candidate) => describe(segments, candidate));
  const weights = new Map(counted.map(({ hash, count }) => [hash, weightOf(count, visible.chunks)]));
  const matcherOf = (words: readonly QuestionWord[]) =>
    new QuestionMatcher(
      words,
      words.map(({ forms }) => Math.min(...forms.map((form) => weights.get(form) ?? 0))),
    );
  const matcher = matcherOf(question.words);
  const phraseMatchers = question.phrases.map(matcherOf);
  const streams = searchable.readStreams(pool);
  const matched = pool.map((chunk, index) => {
    const stream = streams[index] ?? new Uint32Array(1);
    const features = matcher.match(stream);
    const gain = request.mode === "vector" ? 0 : weigh(features) + weighPhrases(phraseMatchers, stream);
    return { chunk: { ...chunk, score: chunk.fused + gain }, features };
  });
  matched.sort((a, b) => b.chunk.score - a.chunk.score);
  return {
    chunks: matched.slice(0, request.topK).map(({ chunk }) => chunk),
    terms: terms.map(({ term, hash }) => ({ term, idf: weights.get(hash) ?? 0 })),
    signal: Math.max(0, ...matched.slice(0, SIGNAL_PASSAGES).map(({ features }) => confidence(features))),
    timings: {
      lexical: lexicalDone - started,
      vector: vectorDone - lexicalDone,
      rerank: performance.now() - vectorDone,
    },
  };
}

function describe(
  segments: readonly Segment[],
  { number, bm25, cosine, fused }: FusedCandidate,
): RankedChunk {
  let place = number;
  for (const { size, versions, ordinals } of segments) {
    if (place < size) {
      return {
        versionRow: versions[place] ?? 0,
        ordinal: ordinals[place] ?? 0,
        bm25,
        cosine,
        fused,
        score: fused,
      };
    }
    place -= size;
  }
  throw new RangeError(`There is no chunk ${number} in the index.`);
}

function weigh({ bigram, sentence, title, number }: MatchFeatures): number {
  return (
    WEIGHTS.bigram * bigram + WEIGHTS.sentence * sentence + WEIGHTS.title * title + WEIGHTS.number * number
  );
}

/** The share of the phrases that a chunk holds, each as far as its words stand together. */
function weighPhrases(matchers: readonly QuestionMatcher[], stream: Uint32Array): number {
  if (matchers.length === 0) return 0;
  const shares = matchers
    .map((matcher) => matcher.match(stream))
    .map(({ window, bigram }) => Math.min(window, bigram));
  return (WEIGHTS.phrases * shares.reduce((sum, share) => sum + share, 0)) / matchers.length;
}

function confidence({ window, bigram }: MatchFeatures): number {
  return 0.6 * window + 0.4 * bigram;
}

/**
 * What a word of the question counts when it is found or missed: its inverse document frequency, as if the
 * collection had a hundred more chunks without it, so that a handful of documents still tell words apart.
 */
function weightOf(found: number, chunks: number): number {
  return Math.log(1 + (chunks + 100.5 - found) / (found + 0.5));
}
