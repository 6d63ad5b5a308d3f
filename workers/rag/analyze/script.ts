/** What a character means to the analyzer. */
export const CharacterClass = {
  /** Ends a word. */
  separator: 0,
  /** Combining marks: part of whatever word they stand in. */
  mark: 1,
  latin: 2,
  /** Consonant scripts, whose words are short: Arabic, Hebrew, Syriac. */
  abjad: 3,
  /** Written without spaces, about a meaning a character: Han, kana; Hangul goes with them. */
  ideographic: 4,
  /** Written without spaces, with an alphabet: Thai, Lao, Khmer, Burmese. */
  unspaced: 5,
  /** Any other letter: Cyrillic, Greek, Devanagari, ... */
  alphabetic: 6,
  digit: 7,
} as const;

export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

const UNKNOWN = 255;
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

/** The class of a code unit; a surrogate is judged with the one after it by {@link classOfCodePoint}. */
export function classOf(codeUnit: number): CharacterClass {
  const known = classes[codeUnit];
  if (known !== undefined && known !== UNKNOWN) return known as CharacterClass;
  const found = classOfCodePoint(codeUnit);
  classes[codeUnit] = found;
  return found;
}

/** Letters, numbers and private-use characters make words, as in SQLite's unicode61; marks stay in them. */
export function classOfCodePoint(codePoint: number): CharacterClass {
  const character = String.fromCodePoint(codePoint);
  if (!/[\p{L}\p{N}\p{M}\p{Co}]/u.test(character)) return CharacterClass.separator;
  if (/\p{Script=Latin}/u.test(character)) return CharacterClass.latin;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]/u.test(character)) {
    return CharacterClass.ideographic;
  }
  if (/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(character)) {
    return CharacterClass.unspaced;
  }
  if (/\p{N}/u.test(character)) return CharacterClass.digit;
  if (/\p{M}/u.test(character)) return CharacterClass.mark;
  if (/[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]/u.test(character)) return CharacterClass.abjad;
  return CharacterClass.alphabetic;
}

/** Whether words of this class have no spaces between them. */
export function isUnspaced(kind: CharacterClass): boolean {
  return kind === CharacterClass.ideographic || kind === CharacterClass.unspaced;
}
