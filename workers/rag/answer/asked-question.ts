import { visitTerms } from "../analyze/analyze.ts";
import { detectLanguage } from "../analyze/language.ts";
import type { Language } from "../analyze/stopwords.ts";
import type { ChatRequest } from "../chat-port.ts";
import { type AnswerKind, answerKindOf } from "./answer-kind.ts";
import { equalWordings } from "./equal-words.ts";
import { topicOf } from "./question-topic.ts";

/** A word of the question that carries its topic. Chinese and its neighbours: a pair of characters, or one. */
export interface AskedWord {
  /**
   * Its inverse document frequency, at least 1; for a year 1, since it tells when and not what; 0 for a word that
   * is only part of what documents may say instead.
   */
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
  /** Words that are accounted for where all of certain others are. */
  equals: { words: number[]; by: number[] }[];
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
  /** The year it names, also as `FY2018` or `FY18`. */
  year: string | null;
}

const YEAR = /^(?:fy)?((?:1\d|20)\d\d)$|^fy(\d\d)$/iu;

/** Reads a question into weighted words; what the search left out as a stop word is left out here too. */
export function readQuestion({ question, terms }: Pick<ChatRequest, "question" | "terms">): AskedQuestion {
  const idf = new Map(terms.map(({ term, idf }) => [term, idf]));
  const language = detectLanguage(question);
  const read: AskedQuestion = {
    words: [],
    totalWeight: 0,
    terms: new Map(),
    equals: [],
    kind: answerKindOf(question),
    language,
    lowerCase: question.toLowerCase(),
  };
  const isAsked = ({ whole, pieces, year }: Group) =>
    year !== null || [whole, ...pieces].some((term) => idf.has(term));
  const inTopic = groupTerms(topicOf(question), language).filter(isAsked);
  const groups = inTopic.length > 0 ? inTopic : groupTerms(question, language).filter(isAsked);
  const positions = new Map<string, number>();
  const places: { start: number; end: number; word: number }[] = [];
  let previous = -1;
  for (const group of groups) {
    const { start, end, whole, pieces, scale, year } = group;
    const name = year ?? whole;
    const known = positions.get(name);
    places.push({ start, end, word: known ?? read.words.length });
    if (known !== undefined) continue;
    const word = read.words.length;
    positions.set(name, word);
    const rarity = year !== null ? 0 : Math.max(...[whole, ...pieces].map((term) => idf.get(term) ?? 0));
    const weight = scale * Math.max(LEAST_WEIGHT, rarity);
    read.words.push({
      weight,
      isYear: year !== null,
      isName: year === null && isName(question, start, language),
      after: scale === 1 ? previous : -1,
    });
    if (scale === 1) previous = word;
    read.totalWeight += weight;
    share(read.terms, whole, word, 1);
    if (year !== null && whole !== year) share(read.terms, year, word, 1);
    if (year !== null && whole !== `fy${year}`) share(read.terms, `fy${year}`, word, 1);
    for (const piece of pieces) share(read.terms, piece, word, PIECES_SHARE / pieces.length);
  }
  addEqualWordings(question, read, positions, places);
  return read;
}

/** Lets words be accounted for by those that mean the same. */
function addEqualWordings(
  question: string,
  read: AskedQuestion,
  positions: Map<string, number>,
  places: { start: number; end: number; word: number }[],
): void {
  for (const { start, end, wordings } of equalWordings(question)) {
    const words = [
      ...new Set(places.filter((place) => place.start >= start && place.end <= end).map(({ word }) => word)),
    ];
    if (words.length === 0) continue;
    for (const wording of wordings) {
      const by = wording.map((stem) => positions.get(stem) ?? addHidden(stem));
      if (!words.every((word) => by.includes(word))) read.equals.push({ words, by });
    }
  }

  function addHidden(stem: string): number {
    const word = read.words.length;
    positions.set(stem, word);
    read.words.push({ weight: 0, isYear: false, isName: false, after: -1 });
    share(read.terms, stem, word, 1);
    return word;
  }
}

function groupTerms(question: string, language: Language): Group[] {
  const groups: Group[] = [];
  visitTerms(question, language, (term, start, end, isWord) => {
    const last = groups.at(-1);
    if (!isWord && last !== undefined && last.start === start && last.end === end) last.pieces.push(term);
    else
      groups.push({
        start,
        end,
        whole: term,
        pieces: [],
        scale: isWord ? 1 : CHARACTER_WEIGHT,
        year: yearIn(question.slice(start, end)),
      });
  });
  return groups;
}

function share(terms: AskedQuestion["terms"], term: string, word: number, amount: number): void {
  const shares = terms.get(term);
  if (shares === undefined) terms.set(term, [{ word, share: amount }]);
  else shares.push({ word, share: amount });
}

function yearIn(surface: string): string | null {
  const [, whole, short] = YEAR.exec(surface) ?? [];
  return whole ?? (short === undefined ? null : `20${short}`);
}

function isName(question: string, start: number, language: Language): boolean {
  const before = question.slice(0, start).trimEnd();
  const opensSentence = before === "" || /[.?!:]$/.test(before);
  return !opensSentence && !CAPITALISES_NOUNS.has(language) && /^\p{Lu}/u.test(question.slice(start));
}
