/** Words that a line of prose has at least, when it neither ends like a sentence nor gives a figure. */
const SHORT = 12;
const SENTENCE_END = /[.!?。！？…।;；:：]["'”’»)\]]*$/u;
const LIST_ITEM = /^(?:[-*+•‣▪◦●○■□]|\(?[a-z\d]{1,2}\))\s/iu;
const NAMED_VALUE = /\p{L}["”]?\s?[:：]\s?\S/u;
const NUMBERING =
  /^(?:(?:table|figure|chart|tabelle|abbildung|note|表|图)\s?)?\d{1,2}(?:\.\d{1,2})*[.)]?\s/iu;
const FIGURE_BUT_YEAR = /(?<!\d)(?!(?:19|20)\d\d(?!\d))\d/u;

/**
 * Whether a line reads like a heading or a caption where no structure says so: short, without a sentence's end,
 * and without a figure other than its numbering or a year.
 */
export function isHeadingLike(line: string, words: number): boolean {
  if (/^#{1,6}\s/u.test(line)) return true;
  if (words > SHORT || SENTENCE_END.test(line) || LIST_ITEM.test(line) || NAMED_VALUE.test(line))
    return false;
  return !FIGURE_BUT_YEAR.test(line.replace(NUMBERING, ""));
}
