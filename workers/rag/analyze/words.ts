import { CharacterClass, classOf, classOfCodePoint, isUnspaced } from "./script.ts";

/** Called with a word's class and its UTF-16 offsets in the text. */
export type VisitWord = (kind: CharacterClass, start: number, end: number) => void;

/**
 * Visits the words of a text in order: runs of letters, digits and marks, cut where a script written without
 * spaces begins or ends. A word of digits alone has the class `digit`.
 */
export function scanWords(text: string, visit: VisitWord): void {
  let start = -1;
  let kind: CharacterClass = CharacterClass.separator;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isPair = (unit & 0xfc00) === 0xd800 && i + 1 < text.length;
    const found = isPair ? classOfCodePoint(text.codePointAt(i) ?? unit) : classOf(unit);
    if (found === CharacterClass.separator) {
      if (start >= 0) visit(kind, start, i);
      start = -1;
    } else if (start < 0) {
      start = i;
      kind = found;
    } else if (found !== kind && found !== CharacterClass.mark) {
      if (isUnspaced(found) || isUnspaced(kind)) {
        visit(kind, start, i);
        start = i;
        kind = found;
      } else if (kind === CharacterClass.digit || kind === CharacterClass.mark) {
        kind = found;
      }
    }
    if (isPair) i++;
  }
  if (start >= 0) visit(kind, start, text.length);
}
