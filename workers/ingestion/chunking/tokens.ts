import { isUnspacedCjk } from "../../text/scripts.ts";

/** A word of more than this many letters counts once more for each such stretch: models split it, too. */
const LONG_WORD = 12;
/** Tokens are counted in quarters: a symbol or a Thai letter is one, a word or an ideograph four. */
const WHOLE = 4;

/**
 * How many tokens a stretch of text is, estimated: a word each where words are parted by spaces, a character each
 * in Chinese and Japanese, a quarter for symbols and for letters of other scripts without spaces.
 */
export function countTokens(text: string, start: number, end: number): number {
  let quarters = 0;
  let wordLength = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (isWordUnit(unit)) {
      if (wordLength++ % LONG_WORD === 0) quarters += WHOLE;
      continue;
    }
    wordLength = 0;
    if (unit <= 32 || unit === 0xa0 || unit === 0x3000) continue;
    quarters += isUnspacedCjk(unit) ? WHOLE : 1;
  }
  return Math.ceil(quarters / WHOLE);
}

/** Letters and digits of scripts that put spaces between words. */
function isWordUnit(unit: number): boolean {
  if (unit < 0x80) {
    return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57);
  }
  if (unit < 0xc0) return unit === 0xaa || unit === 0xb5 || unit === 0xba;
  if (unit < 0xe00) return unit !== 0xd7 && unit !== 0xf7;
  if (unit <= 0xeff || (unit >= 0x1000 && unit <= 0x109f) || (unit >= 0x1780 && unit <= 0x17ff)) return false;
  if (unit >= 0x2000 && unit <= 0x303f) return false;
  return (unit >= 0xac00 && unit <= 0xd7af) || unit < 0x2000;
}
