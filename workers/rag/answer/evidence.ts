import { visitTerms } from "../analyze/analyze.ts";
import { detectLanguage } from "../analyze/language.ts";
import { isStopword } from "../analyze/stopwords.ts";
import type { AskedQuestion } from "./asked-question.ts";

/** How much of a question a stretch of text holds. */
export interface Evidence {
  /** For each word of the question, how much of it is there, 0 to 1. */
  held: Float64Array;
  /** For each word of the question: 1 when it follows the word before it here, as in the question. */
  follows: Uint8Array;
  words: number;
  /** Words that carry a topic and are not the question's. */
  newWords: number;
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

export function noEvidence(question: AskedQuestion): Evidence {
  const { length } = question.words;
  return { held: new Float64Array(length), follows: new Uint8Array(length), words: 0, newWords: 0 };
}

/** The evidence in a whole text. */
export function evidenceIn(text: string, question: AskedQuestion): Evidence {
  return evidenceOf(text, [{ start: 0, end: text.length }], question)[0] ?? noEvidence(question);
}

/** The evidence in each of a text's stretches, which must be in order and not overlap; the text is read once. */
export function evidenceOf(text: string, stretches: Stretch[], question: AskedQuestion): Evidence[] {
  const language = detectLanguage(text);
  const found = stretches.map(() => noEvidence(question));
  const inWord = new Float64Array(question.words.length);
  const lastSeen = new Int32Array(question.words.length).fill(-1000);
  const touched: number[] = [];
  let stretch = 0;
  let ordinal = 0;
  let isTopical = false;
  let current: Evidence | undefined;

  visitTerms(text, language, (term, start, _end, isWord) => {
    if (isWord) {
      closeWord();
      while (stretch < stretches.length && start >= (stretches[stretch]?.end ?? 0)) {
        stretch++;
        lastSeen.fill(-1000);
      }
      current = start >= (stretches[stretch]?.start ?? Number.POSITIVE_INFINITY) ? found[stretch] : undefined;
      ordinal++;
      if (current !== undefined) {
        current.words++;
        isTopical = !isStopword(term, language);
        if (isTopical) current.newWords++;
      }
    }
    if (current === undefined) return;
    for (const { word, share } of question.terms.get(term) ?? []) {
      if (inWord[word] === 0) touched.push(word);
      inWord[word] = Math.min(1, (inWord[word] ?? 0) + share);
    }
  });
  closeWord();
  return found;

  function closeWord(): void {
    if (current !== undefined && touched.length > 0) {
      let isAsked = false;
      for (const word of touched) {
        const degree = inWord[word] ?? 0;
        if (degree < ACCIDENT) continue;
        current.held[word] = Math.max(current.held[word] ?? 0, degree);
        if (degree >= PRESENT) {
          isAsked = true;
          const after = question.words[word]?.after ?? -1;
          if (after >= 0 && ordinal - (lastSeen[after] ?? 0) <= BETWEEN + 1) current.follows[word] = 1;
          lastSeen[word] = ordinal;
        }
      }
      if (isAsked && isTopical) current.newWords--;
    }
    for (const word of touched) inWord[word] = 0;
    touched.length = 0;
  }
}
