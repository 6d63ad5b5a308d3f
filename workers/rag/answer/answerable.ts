import type { AskedQuestion } from "./asked-question.ts";
import type { RankedCandidate } from "./rank-candidates.ts";

/** What decides whether the best candidate is an answer or only near one. */
export interface AnswerSigns {
  /** The search's confidence in the best passage, 0 to 1. */
  signal: number;
  /** Of the question's weight, the part in the best candidate's passage and what stands above it, 0 to 1. */
  coverage: number;
  /** Of the question's neighbouring words, the part that stand together in the candidate, 0 to 1. */
  pairs: number;
  /** Of the question's names, the part that is missing from the passage, 0 to 1. */
  namesMissing: number;
  /** How much of the question was found at all, in words, up to 6; as a fraction of 6. */
  wordsFound: number;
  /** Whether a year the question names stands nowhere in or above the passage. */
  yearMissing: boolean;
}

const INTERCEPT = 2.3;
const THRESHOLD = 0;

export function isAnswerable(signs: AnswerSigns): boolean {
  return !signs.yearMissing && confidence(signs) >= THRESHOLD;
}

function confidence(signs: AnswerSigns): number {
  return (
    INTERCEPT +
    3.1 * Math.log(0.1 + signs.signal) +
    0.5 * signs.pairs -
    2.1 * signs.namesMissing +
    3 * signs.wordsFound
  );
}

/** Reads the signs off the best candidate and what its passage holds. */
export function signsOf(
  best: RankedCandidate,
  held: Float64Array,
  signal: number,
  question: AskedQuestion,
): AnswerSigns {
  let coverage = 0;
  let names = 0;
  let namesMissing = 0;
  let yearMissing = false;
  question.words.forEach(({ weight, isName, isYear }, at) => {
    const there = held[at] ?? 0;
    coverage += weight * there;
    if (isName) names += weight;
    if (isName) namesMissing += weight * (1 - there);
    if (isYear && there < 1) yearMissing = true;
  });
  coverage = question.totalWeight === 0 ? 0 : coverage / question.totalWeight;
  return {
    signal,
    coverage,
    pairs: best.features.pairs,
    namesMissing: names === 0 ? 0 : namesMissing / names,
    wordsFound: Math.min(1, (coverage * question.words.length) / 6),
    yearMissing,
  };
}
