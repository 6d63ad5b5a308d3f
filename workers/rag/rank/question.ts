import { visitTerms } from "../analyze/analyze.ts";
import { fold } from "../analyze/fold.ts";
import { detectLanguage } from "../analyze/language.ts";
import { isStopword, type Language } from "../analyze/stopwords.ts";
import { hashTerm } from "../index/term-hash.ts";
import { financePhrases } from "./finance-terms.ts";

/** One word of the question as a chunk's word stream may hold it. */
export interface QuestionWord {
  /** Hashes of the forms it can take in a stream. */
  forms: number[];
  isNumber: boolean;
}

/** A term of the question. */
export interface QuestionTerm {
  term: string;
  hash: number;
  weight: number;
  /** Which of the question's words it comes from, first where it occurs in several. */
  word: number;
}

/** A question, ready to be matched. */
export interface AnalyzedQuestion {
  language: Language;
  /** What to look up in the index, each once. */
  terms: QuestionTerm[];
  /** The words that carry the topic, in the question's order. */
  words: QuestionWord[];
  /** Phrases that mean the same in financial statements, as words. */
  phrases: QuestionWord[][];
}

/** What a term counts that only a phrase added. */
const PHRASE_WEIGHT = 0.6;

/** Takes a question apart, leaving stop words out unless there is nothing else. */
export function analyzeForRanking(question: string): AnalyzedQuestion {
  const language = detectLanguage(question);
  const topical = collect(question, language, true);
  if (topical.terms.length === 0) return { ...collect(question, language, false), language, phrases: [] };
  const phrases = financePhrases(question).map((phrase) => collect(phrase, "en", true));
  const terms = new Map(topical.terms.map((term) => [term.hash, term]));
  for (const term of phrases.flatMap((phrase) => phrase.terms)) {
    if (!terms.has(term.hash)) terms.set(term.hash, { ...term, weight: PHRASE_WEIGHT, word: NO_WORD });
  }
  return {
    language,
    terms: [...terms.values()],
    words: topical.words,
    phrases: phrases.map(({ words }) => words),
  };
}

/** Stands for the word of a term that is not in the question. */
const NO_WORD = -1;

function collect(
  question: string,
  language: Language,
  dropStopwords: boolean,
): Pick<AnalyzedQuestion, "terms" | "words"> {
  const terms = new Map<string, QuestionTerm>();
  const words: QuestionWord[] = [];
  let lastStart = -1;
  visitTerms(question, language, (term, start, end, isWord) => {
    if (dropStopwords && isStopword(fold(question.slice(start, end)), language)) return;
    const hash = hashTerm(term);
    if (isWord) words.push({ forms: [hash], isNumber: /^\p{N}+$/u.test(term) });
    else if (start === lastStart && !isPiece(term)) words.at(-1)?.forms.push(hash);
    lastStart = start;
    if (!terms.has(term)) terms.set(term, { term, hash, weight: 1, word: words.length - 1 });
  });
  return { terms: [...terms.values()], words };
}

/** A term with the number of visible chunks it occurs in. */
export interface CountedTerm extends QuestionTerm {
  count: number;
}

/**
 * Leaves out ways to write a word that a collection does not use. A question in no clear language names each word
 * in every way a text may be indexed, and the ways that are rare would count most. A word that occurs stemmed
 * more often than its pieces do is searched by its stem alone.
 */
export function dropUnusedForms(language: Language, terms: readonly CountedTerm[]): CountedTerm[] {
  if (language !== "und") return [...terms];
  const stems = new Map<number, CountedTerm>();
  const pieces = new Map<number, number>();
  for (const term of terms) {
    if (term.word === NO_WORD) continue;
    if (!stems.has(term.word)) stems.set(term.word, term);
    else if (isPiece(term.term))
      pieces.set(term.word, Math.min(pieces.get(term.word) ?? term.count, term.count));
  }
  return terms.filter((term) => {
    const stem = stems.get(term.word);
    const inPieces = pieces.get(term.word);
    return stem === undefined || stem === term || inPieces === undefined || stem.count <= inPieces;
  });
}

function isPiece(term: string): boolean {
  return term.startsWith("~");
}
