import { visitTerms } from "../analyze/analyze.ts";
import { detectLanguage } from "../analyze/language.ts";
import { isStopword, type Language } from "../analyze/stopwords.ts";
import type { AskedQuestion } from "./asked-question.ts";

/** How much of a question a stretch of text holds. */
export interface Evidence {
  /** For each word of the question, how much of it is there, 0 to 1. */
  held: Float64Array;
  /** For each word of the question: 1 when it follows the word before it here, as in the question. */
  follows: Uint8Array;
  words: number;
  /** How many of its words carry a topic and are the question's, and how many are not. */
  asked: number;
  others: number;
}

interface Stretch {
  start: number;
  end: number;
}

/** Two words follow one another when no more than this many words stand between them. */
const BETWEEN = 2;
/** From here on a word counts as present when pairs are looked for. */
const PRESENT = 0.6;
/** Less of a word than this is an accident of spelling. */
const ACCIDENT = 0.4;
/** What words that mean the same are worth. */
const EQUAL = 0.9;

export function noEvidence(question: AskedQuestion): Evidence {
  const { length } = question.words;
  return { held: new Float64Array(length), follows: new Uint8Array(length), words: 0, asked: 0, others: 0 };
}

/** How much of each of the question's words a whole text holds. */
export function heldIn(
  text: string,
  question: AskedQuestion,
  language = detectLanguage(text, "certain"),
): Float64Array {
  return (evidenceOf(text, [{ start: 0, end: text.length }], question, language)[0] ?? noEvidence(question))
    .held;
}

/** The evidence in each of a text's stretches, which must be in order and not overlap; the text is read once. */
export function evidenceOf(
  text: string,
  stretches: Stretch[],
  question: AskedQuestion,
  language: Language,
): Evidence[] {
  const found = stretches.map(() => noEvidence(question));
  const inWord = new Float64Array(question.words.length);
  const lastSeen = new Int32Array(question.words.length).fill(-1000);
  const touched: number[] = [];
  let stretch = 0;
  let ordinal = 0;
  let word = "";
  let current: Evidence | undefined;

  visitTerms(text, language, (term, start, _end, isWord) => {
    if (isWord) {
      closeWord();
      while (stretch < stretches.length && start >= (stretches[stretch]?.end ?? 0)) {
        stretch++;
        lastSeen.fill(-1000);
      }
      current = start >= (stretches[stretch]?.start ?? Number.POSITIVE_INFINITY) ? found[stretch] : undefined;
      word = term;
      ordinal++;
    }
    if (current === undefined) return;
    for (const { word: asked, share } of question.terms.get(term) ?? []) {
      if (inWord[asked] === 0) touched.push(asked);
      inWord[asked] = Math.min(1, (inWord[asked] ?? 0) + share);
    }
  });
  closeWord();
  for (const { held } of found) settleEquals(held, question);
  return found;

  function closeWord(): void {
    if (current === undefined) return;
    let isAsked = false;
    for (const asked of touched) {
      if (enter(asked, inWord[asked] ?? 0, current)) isAsked = true;
      inWord[asked] = 0;
    }
    touched.length = 0;
    current.words++;
    if (isAsked) current.asked++;
    else if (!isStopword(word, language)) current.others++;
  }

  /** Notes that a word of the text is, to some degree, one of the question's; returns whether it counts as that. */
  function enter(asked: number, degree: number, { held, follows }: Evidence): boolean {
    if (degree < ACCIDENT) return false;
    held[asked] = Math.max(held[asked] ?? 0, degree);
    if (degree < PRESENT) return false;
    const after = question.words[asked]?.after ?? -1;
    if (after >= 0 && ordinal - (lastSeen[after] ?? 0) <= BETWEEN + 1) follows[asked] = 1;
    lastSeen[asked] = ordinal;
    return true;
  }
}

/** Words whose equals are all there are there too. */
function settleEquals(held: Float64Array, { equals }: AskedQuestion): void {
  for (const { words, by } of equals) {
    const present = Math.min(...by.map((word) => held[word] ?? 0));
    if (present < PRESENT) continue;
    for (const word of words) held[word] = Math.max(held[word] ?? 0, EQUAL * present);
  }
}
