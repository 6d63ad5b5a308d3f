/**
 * Porter's stemmer (M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980) with the choices
 * of SQLite's `porter` tokenizer (ext/fts5/fts5_tokenize.c), so that both give the same stems: tokens of two
 * letters or fewer and of more than 64 pass unchanged, and the m of a stem counts `y` after a consonant as a
 * vowel.
 *
 * @example stem("relational") === "relat"
 */
export function stem(word: string): string {
  if (word.length < 3 || word.length > LONGEST_STEMMED) return word;
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const found = computeStem(word);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(word, found);
  return found;
}

/** Stems of the words seen last: a text repeats most of its words, and looking one up is ten times faster. */
const remembered = new Map<string, string>();
const MOST_REMEMBERED = 20_000;

function computeStem(word: string): string {
  let stemmed = stripPlural(word);
  stemmed = stripPast(stemmed);
  if (stemmed.endsWith("y") && hasVowel(stemmed, stemmed.length - 1)) stemmed = `${stemmed.slice(0, -1)}i`;
  stemmed = replaceSuffix(stemmed, STEP_2, 0);
  stemmed = replaceSuffix(stemmed, STEP_3, 0);
  stemmed = replaceSuffix(stemmed, STEP_4, 1);
  return stripFinalE(stemmed);
}

const LONGEST_STEMMED = 64;

type Suffixes = Record<string, readonly (readonly [suffix: string, replacement: string])[]>;

/** Suffixes by their last letter but one; the first that fits decides, whether its condition holds or not. */
const STEP_2: Suffixes = {
  a: [
    ["ational", "ate"],
    ["tional", "tion"],
  ],
  c: [
    ["enci", "ence"],
    ["anci", "ance"],
  ],
  e: [["izer", "ize"]],
  g: [["logi", "log"]],
  l: [
    ["bli", "ble"],
    ["alli", "al"],
    ["entli", "ent"],
    ["eli", "e"],
    ["ousli", "ous"],
  ],
  o: [
    ["ization", "ize"],
    ["ation", "ate"],
    ["ator", "ate"],
  ],
  s: [
    ["alism", "al"],
    ["iveness", "ive"],
    ["fulness", "ful"],
    ["ousness", "ous"],
  ],
  t: [
    ["aliti", "al"],
    ["iviti", "ive"],
    ["biliti", "ble"],
  ],
};

const STEP_3: Suffixes = {
  a: [["ical", "ic"]],
  s: [["ness", ""]],
  t: [
    ["icate", "ic"],
    ["iciti", "ic"],
  ],
  u: [["ful", ""]],
  v: [["ative", ""]],
  z: [["alize", "al"]],
};

const STEP_4: Suffixes = {
  a: [["al", ""]],
  c: [
    ["ance", ""],
    ["ence", ""],
  ],
  e: [["er", ""]],
  i: [["ic", ""]],
  l: [
    ["able", ""],
    ["ible", ""],
  ],
  n: [
    ["ant", ""],
    ["ement", ""],
    ["ment", ""],
    ["ent", ""],
  ],
  o: [
    ["ion", ""],
    ["ou", ""],
  ],
  s: [["ism", ""]],
  t: [
    ["ate", ""],
    ["iti", ""],
  ],
  u: [["ous", ""]],
  v: [["ive", ""]],
  z: [["ize", ""]],
};

function replaceSuffix(word: string, suffixes: Suffixes, measureAbove: number): string {
  for (const [suffix, replacement] of suffixes[word[word.length - 2] ?? ""] ?? []) {
    const length = word.length - suffix.length;
    if (length <= 0 || !word.endsWith(suffix)) continue;
    if (measure(word, length) <= measureAbove) return word;
    if (suffix === "ion" && word[length - 1] !== "s" && word[length - 1] !== "t") return word;
    return word.slice(0, length) + replacement;
  }
  return word;
}

function stripPlural(word: string): string {
  if (!word.endsWith("s")) return word;
  if (word.endsWith("es")) {
    const isDouble = (word.length > 4 && word.endsWith("sses")) || (word.length > 3 && word.endsWith("ies"));
    return word.slice(0, isDouble ? -2 : -1);
  }
  return word.endsWith("ss") ? word : word.slice(0, -1);
}

function stripPast(word: string): string {
  const { length } = word;
  if (length > 3 && word.endsWith("eed")) return measure(word, length - 3) > 0 ? word.slice(0, -1) : word;
  if (length > 2 && word.endsWith("ed"))
    return hasVowel(word, length - 2) ? restore(word.slice(0, -2)) : word;
  if (length > 3 && word.endsWith("ing"))
    return hasVowel(word, length - 3) ? restore(word.slice(0, -3)) : word;
  return word;
}

/** Step 1b's second half: what a stripped -ed or -ing leaves gets its `e` back or loses a doubled letter. */
function restore(word: string): string {
  const { length } = word;
  if (length > 2 && (word.endsWith("at") || word.endsWith("bl") || word.endsWith("iz"))) return `${word}e`;
  const last = word[length - 1] ?? "";
  if (!"aeioulsz".includes(last) && last === word[length - 2]) return word.slice(0, -1);
  return measure(word, length) === 1 && endsShort(word, length) ? `${word}e` : word;
}

function stripFinalE(word: string): string {
  let stripped = word;
  if (stripped.endsWith("e")) {
    const length = stripped.length - 1;
    const m = measure(stripped, length);
    if (m > 1 || (m === 1 && !endsShort(stripped, length))) stripped = stripped.slice(0, -1);
  }
  const endsDouble = stripped.length > 1 && stripped.endsWith("ll");
  return endsDouble && measure(stripped, stripped.length - 1) > 1 ? stripped.slice(0, -1) : stripped;
}

/** A letter is a vowel by itself, or as a `y` where a vowel may stand. */
function isVowel(letter: string | undefined, yIsVowel: boolean): boolean {
  return letter !== undefined && ("aeiou".includes(letter) || (yIsVowel && letter === "y"));
}

/** Porter's m, the number of vowel-consonant sequences among the first `length` letters; counts to 2. */
function measure(word: string, length: number): number {
  let count = 0;
  let afterConsonant = false;
  let inVowels = false;
  for (let i = 0; i < length && count < 2; i++) {
    const vowel = isVowel(word[i], afterConsonant);
    if (inVowels && !vowel) count++;
    inVowels = vowel;
    afterConsonant = !vowel;
  }
  return count;
}

function hasVowel(word: string, length: number): boolean {
  for (let i = 0; i < length; i++) if (isVowel(word[i], i > 0)) return true;
  return false;
}

/** Porter's *o: consonant, vowel, consonant at the end, the last not w, x or y. */
function endsShort(word: string, length: number): boolean {
  const last = word[length - 1] ?? "";
  if ("wxy".includes(last)) return false;
  let pattern = 0;
  let isConsonant = false;
  for (let i = 0; i < length; i++) {
    isConsonant = !isVowel(word[i], isConsonant);
    pattern = (pattern << 1) | (isConsonant ? 1 : 0);
  }
  return (pattern & 7) === 5;
}
