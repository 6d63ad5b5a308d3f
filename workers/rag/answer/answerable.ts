import type { AskedQuestion } from "./asked-question.ts";
import { covered } from "./coverage.ts";
import { isMeasured } from "./kind-evidence.ts";
import type { RankedCandidate } from "./rank-candidates.ts";

/** What tells an answer from something that is only near one. */
export interface AnswerSigns {
  /** Of the question's weight, the part in the best candidate, beside it and above it, 0 to 1. */
  coverage: number;
  /** The same in words instead of weight: six and more are as good as six, as a fraction of six. */
  wordsFound: number;
  /** Of the question's neighbouring words, the part that stand together in the candidate, 0 to 1. */
  pairs: number;
  /** Of the names in the question, the part that stands nowhere in or above the passage, 0 to 1. */
  namesMissing: number;
  /** Whether the question names years and none of them stands in or above the passage, or, for a row, the row. */
  yearMissing: boolean;
  /** Whether the question asks for a figure and the candidate has none. */
  figureMissing: boolean;
}

/** What the lack of a figure that is asked for weighs against a candidate: set by hand, in steps of one. */
const FIGURE_MISSING = 2;
const WORDS_ENOUGH = 6;
/** Chinese has a pair and a character for each character: more of them than this are not more words. */
const MOST_WORDS = 17;

/**
 * Whether the best candidate is to be given as the answer. A missing year decides alone: figures of another year
 * are the most convincing wrong answers. The rest is a logistic regression on half of the articles of XQuAD
 * (English, German, Chinese) and COVID-QA: questions as they are against the same questions with the paragraphs
 * that hold the answer taken away, with a name exchanged, or asked of another collection. The constant sets the
 * threshold so that about 94% of the answerable English questions of the other half are answered.
 */
export function isAnswerable(signs: AnswerSigns): boolean {
  if (signs.yearMissing) return false;
  const evidence =
    0.86 +
    2.65 * Math.log(0.1 + signs.coverage) +
    3.28 * signs.wordsFound +
    1.44 * signs.pairs -
    2.16 * signs.namesMissing -
    (signs.figureMissing ? FIGURE_MISSING : 0);
  return evidence >= 0;
}

/** Reads the signs off the best candidate. */
export function signsOf(
  { features, near, inTime, isDated, inPassage }: RankedCandidate,
  question: AskedQuestion,
): AnswerSigns {
  const coverage = covered(near, question);
  let names = 0;
  let namesMissing = 0;
  question.words.forEach(({ weight, isName }, at) => {
    if (!isName) return;
    names += weight;
    namesMissing += weight * (1 - (inPassage[at] ?? 0));
  });
  const years = question.words.flatMap(({ isYear }, at) => (isYear ? [inTime[at] ?? 0] : []));
  return {
    coverage,
    wordsFound: Math.min(
      1,
      (coverage * Math.min(MOST_WORDS, question.words.filter(({ weight }) => weight > 0).length)) /
        WORDS_ENOUGH,
    ),
    pairs: features.pairs,
    namesMissing: names === 0 ? 0 : namesMissing / names,
    figureMissing: question.kind !== null && isMeasured(question.kind) && features.kind === 0,
    yearMissing: isDated && years.length > 0 && years.every((held) => held < 1),
  };
}
