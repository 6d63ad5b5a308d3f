/**
 * Folds a word to the form it is matched by: lower case, without the diacritics that SQLite's unicode61 removes
 * from Latin letters (Greek and Cyrillic ones likewise), without Arabic and Hebrew vowel points, Arabic letters
 * in their common spelling, full-width and half-width forms as the usual ones.
 *
 * @example fold("Café") === "cafe"
 */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (ASCII.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(VARIANTS, (letter) => CANONICAL[letter] ?? letter)
    .normalize("NFC");
}

const ASCII = /^[a-z0-9]*$/;
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;

/** Letters that Unicode does not decompose although readers type the plain one. */
const CANONICAL: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ł: "l",
  ı: "i",
  ς: "σ",
  ٱ: "ا",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ة: "ه",
};
const VARIANTS = new RegExp(`[${Object.keys(CANONICAL).join("")}]`, "g");
