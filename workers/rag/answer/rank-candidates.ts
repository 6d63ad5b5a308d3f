import type { FoundPassage } from "../search-port.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { type Features, type Weighed, type WeighedPassage, weighPassage } from "./features.ts";

/**
 * What each feature is worth. Fitted as a softmax over a question's candidates (the one that holds the answer
 * against all others) on half of the articles of XQuAD in English, German and Chinese and of COVID-QA, divided
 * by the weight of `coverage` and rounded.
 */
const WEIGHTS: Features = {
  coverage: 1,
  pairs: 0.18,
  before: 0.21,
  above: 0.1,
  passage: -0.3,
  kind: 0.25,
  standing: 1.07,
  brevity: -0.09,
};

export interface RankedCandidate extends Weighed {
  score: number;
}

export interface Ranking {
  /** Best first. */
  candidates: RankedCandidate[];
  passages: WeighedPassage[];
}

/** Ranks everything in the passages that could answer the question. */
export function rankCandidates(passages: FoundPassage[], question: AskedQuestion): Ranking {
  const best = Math.max(...passages.map(({ score }) => score));
  const weighed = passages.map((passage, position) => weighPassage(passage, position, best, question));
  const candidates = weighed
    .flatMap((passage) => passage.candidates)
    .filter(({ tells }) => tells)
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate.features) }))
    .sort((a, b) => b.score - a.score);
  return { candidates, passages: weighed };
}

function scoreOf(features: Features): number {
  let score = 0;
  for (const name of Object.keys(WEIGHTS) as (keyof Features)[]) score += WEIGHTS[name] * features[name];
  return score;
}
