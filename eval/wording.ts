const NEITHER_LETTER_NOR_DIGIT = /[^\p{L}\p{N}]+/gu;

/** Letters and digits only, in lower case and compatibility form: what is left when layout is not compared. */
export function lettersAndDigits(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(NEITHER_LETTER_NOR_DIGIT, "");
}

/**
 * Whether a text holds a wording, by letters and digits only: the cells of a table may stand between spaces, commas
 * or bars. A number counts only whole: "68" is not held by "2,684".
 */
export function holds(text: string, wording: string): boolean {
  const sought = [...lettersAndDigits(wording)];
  if (sought.length === 0) return false;
  const characters = [...text.normalize("NFKC").toLowerCase()];
  const kept = characters.flatMap((character, place) =>
    /[\p{L}\p{N}]/u.test(character) ? [{ character, place }] : [],
  );
  const isDigitAt = (place: number) => /\p{N}/u.test(characters[place] ?? "");
  return kept.some(({ place: first }, from) => {
    if (sought.some((character, offset) => kept[from + offset]?.character !== character)) return false;
    const last = kept[from + sought.length - 1]?.place ?? first;
    const cutsNumber = (inside: number, outside: number) => isDigitAt(inside) && isDigitAt(outside);
    return !cutsNumber(first, first - 1) && !cutsNumber(last, last + 1);
  });
}
