import { fold } from "./fold.ts";
import { detectLanguage } from "./language.ts";
import { stem } from "./porter.ts";
import { CharacterClass } from "./script.ts";
import { isStopword, type Language } from "./stopwords.ts";
import { scanWords } from "./words.ts";

/** A term that texts are matched by, and where in the text it stands (UTF-16 offsets). */
export interface Token {
  term: string;
  start: number;
  end: number;
}

/**
 * The terms of a text, in order. Each script and language gets what finds most in it:
 *
 * - English words: their Porter stem, as SQLite's `porter unicode61` gives it.
 * - Han, kana, Hangul: each pair of neighbouring characters, and each character.
 * - Thai and its neighbours: each three characters.
 * - Other words: the folded word, and pieces of it (three letters in Arabic and Hebrew, four elsewhere), so that
 *   inflections and compounds meet; pieces begin with `~` and the first one has `_` before the word.
 * - Latin words in a text whose language is not clear: both of the above.
 *
 * Whole words of all languages share one name space: a name in an English question finds it in a German text.
 */
export function analyze(text: string, language: Language = detectLanguage(text)): Token[] {
  const tokens: Token[] = [];
  visitTerms(text, language, (term, start, end) => tokens.push({ term, start, end }));
  return tokens;
}

/** The terms to search for: each once, without stop words unless there is nothing else. */
export function analyzeQuestion(question: string, language: Language = detectLanguage(question)): string[] {
  const all = new Set<string>();
  const topical = new Set<string>();
  visitTerms(question, language, (term, start, end) => {
    all.add(term);
    if (!isStopword(fold(question.slice(start, end)), language)) topical.add(term);
  });
  return [...(topical.size > 0 ? topical : all)];
}

/**
 * Called with a term and its offsets. `isWord` holds for the terms that follow one another as the words of the
 * text do, one a word (one a pair of characters where there are no spaces); the others are further forms.
 */
export type VisitTerm = (term: string, start: number, end: number, isWord: boolean) => void;

/** Visits what {@link analyze} lists, without making a list. */
export function visitTerms(text: string, language: Language, visit: VisitTerm): void {
  scanWords(text, (kind, start, end) => {
    if (kind === CharacterClass.ideographic) return visitCharacters(text, start, end, visit);
    const folded = fold(text.slice(start, end));
    if (folded === "") return;
    if (kind === CharacterClass.unspaced) return visitUnspaced(folded, start, end, visit);
    const isStemmed = kind === CharacterClass.latin && !PIECED.has(language);
    visit(isStemmed ? stem(folded) : folded, start, end, true);
    if (kind === CharacterClass.digit || (isStemmed && language !== "und")) return;
    if (isStemmed && stem(folded) !== folded) visit(folded, start, end, false);
    const length = kind === CharacterClass.abjad ? ABJAD_PIECE : PIECE;
    visitPieces(`_${folded}`, length, (piece) => visit(`~${piece}`, start, end, false));
  });
}

/** Languages in the Latin alphabet whose words are cut into pieces instead of stemmed. */
const PIECED: ReadonlySet<Language> = new Set<Language>([
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "ro",
  "tr",
  "pl",
  "sv",
  "vi",
]);
const PIECE = 4;
const ABJAD_PIECE = 3;
const UNSPACED_PIECE = 3;

function visitCharacters(text: string, start: number, end: number, visit: VisitTerm): void {
  let previous = "";
  let previousStart = start;
  for (let i = start; i < end; ) {
    const next = i + ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1);
    const character = fold(text.slice(i, next));
    if (previous !== "") visit(previous + character, previousStart, next, true);
    visit(character, i, next, previous === "" && next >= end);
    previous = character;
    previousStart = i;
    i = next;
  }
}

function visitUnspaced(folded: string, start: number, end: number, visit: VisitTerm): void {
  if (folded.length <= UNSPACED_PIECE) visit(folded, start, end, true);
  else visitPieces(folded, UNSPACED_PIECE, (piece) => visit(piece, start, end, true));
}

/** Every run of `length` letters in a word that is longer. */
function visitPieces(word: string, length: number, visit: (piece: string) => void): void {
  if (word.length <= length) return;
  for (let i = 0; i + length <= word.length; i++) visit(word.slice(i, i + length));
}
