import { visitTerms } from "../analyze/analyze.ts";
import { detectLanguage } from "../analyze/language.ts";
import type { Language } from "../analyze/stopwords.ts";
import type { ChatRequest } from "../chat-port.ts";
import { type AnswerKind, answerKindOf } from "./answer-kind.ts";

/** A word of the question that carries its topic. Chinese and its neighbours: a pair of characters, or one. */
export interface AskedWord {
  /** Its inverse document frequency, at least 1; for a year 1, since it tells when and not what. */
  weight: number;
  isYear: boolean;
  /** Capitalised where the language does not ask for it: part of a name. */
  isName: boolean;
  /** The word before it in the question, by position, or -1. */
  after: number;
}

export interface AskedQuestion {
  words: AskedWord[];
  totalWeight: number;
  /** For each term, the words it belongs to and how much of each it accounts for, 1 for the whole word. */
  terms: Map<string, { word: number; share: number }[]>;
  kind: AnswerKind | null;
  language: Language;
  lowerCase: string;
}

/** What pieces of a word are worth together when the word itself is not there: an inflection, half a compound. */
const PIECES_SHARE = 0.85;
/** What a single character weighs beside the pairs it is part of. */
const CHARACTER_WEIGHT = 0.25;
/** In a small collection a word may stand in most passages and yet be what the question is about. */
const LEAST_WEIGHT = 1;
/** Languages that capitalise every noun, where a capital says nothing about names. */
const CAPITALISES_NOUNS: ReadonlySet<Language> = new Set<Language>(["de"]);

interface Group {
  start: number;
  end: number;
  whole: string;
  pieces: string[];
  scale: number;
}

/** Reads a question into weighted words; what the search left out as a stop word is left out here too. */
export function readQuestion({ question, terms }: Pick<ChatRequest, "question" | "terms">): AskedQuestion {
  const idf = new Map(terms.map(({ term, idf }) => [term, idf]));
  const language = detectLanguage(question);
  const read: AskedQuestion = {
    words: [],
    totalWeight: 0,
    terms: new Map(),
    kind: answerKindOf(question),
    language,
    lowerCase: question.toLowerCase(),
  };
  const seen = new Set<string>();
  let previous = -1;
  for (const group of groupTerms(question, language)) {
    const known = [group.whole, ...group.pieces].filter((term) => idf.has(term));
    if (known.length === 0 || seen.has(group.whole)) continue;
    seen.add(group.whole);
    const word = read.words.length;
    const surface = question.slice(group.start, group.end);
    const isYear = /^(?:1\d|20)\d\d$/.test(surface);
    const rarity = isYear ? 0 : Math.max(...known.map((term) => idf.get(term) ?? 0));
    const weight = group.scale * Math.max(LEAST_WEIGHT, rarity);
    read.words.push({
      weight,
      isYear,
      isName: isName(surface, group.start, language),
      after: group.scale === 1 ? previous : -1,
    });
    if (group.scale === 1) previous = word;
    read.totalWeight += weight;
    share(read.terms, group.whole, word, 1);
    for (const piece of group.pieces) share(read.terms, piece, word, PIECES_SHARE / group.pieces.length);
  }
  return read;
}

function groupTerms(question: string, language: Language): Group[] {
  const groups: Group[] = [];
  visitTerms(question, language, (term, start, end, isWord) => {
    const last = groups.at(-1);
    if (!isWord && last !== undefined && last.start === start && last.end === end) last.pieces.push(term);
    else groups.push({ start, end, whole: term, pieces: [], scale: isWord ? 1 : CHARACTER_WEIGHT });
  });
  return groups;
}

function share(terms: AskedQuestion["terms"], term: string, word: number, amount: number): void {
  const shares = terms.get(term);
  if (shares === undefined) terms.set(term, [{ word, share: amount }]);
  else shares.push({ word, share: amount });
}

function isName(surface: string, start: number, language: Language): boolean {
  return start > 0 && !CAPITALISES_NOUNS.has(language) && /^\p{Lu}/u.test(surface);
}
