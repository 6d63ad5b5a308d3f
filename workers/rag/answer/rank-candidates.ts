import type { FoundPassage } from "../search-port.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { type Features, type Weighed, weighPassage } from "./features.ts";

/**
 * What each feature is worth. Fitted as a softmax over a question's candidates (the one that holds the answer
 * against all others) on half of the articles of XQuAD in English, German and Chinese and of COVID-QA, divided
 * by the weight of `coverage` and rounded; `heading`,
 * `label` and `names` are set by hand: those texts have neither headings nor tables, and name what nothing else does.
 */
const WEIGHTS: Features = {
  coverage: 1,
  pairs: 0.18,
  before: 0.21,
  above: 0.2,
  passage: -0.3,
  kind: 0.25,
  standing: 1,
  heading: -0.35,
  years: 0.3,
  label: 0.6,
  names: 0.2,
};

export interface RankedCandidate extends Weighed {
  score: number;
}

/** Everything in the passages that could answer the question, best first. */
export function rankCandidates(passages: FoundPassage[], question: AskedQuestion): RankedCandidate[] {
  const best = Math.max(...passages.map(({ score }) => score));
  return passages
    .flatMap((passage, position) => weighPassage(passage, position, best, question))
    .filter(({ tells }) => tells)
    .map((weighed) => ({ ...weighed, score: scoreOf(weighed.features) }))
    .sort((a, b) => b.score - a.score);
}

function scoreOf(features: Features): number {
  let score = 0;
  for (const name of Object.keys(WEIGHTS) as (keyof Features)[]) score += WEIGHTS[name] * features[name];
  return score;
}
