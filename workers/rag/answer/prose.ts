const NOTE_MARK = /\s?\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]/gu;
const LINK_OR_IMAGE = /!?\[([^\]\n]*)\]\([^)\n]*\)/gu;
const LIST_MARK = /^(?:[-*+•‣▪◦–—·●○■□]|#{1,6}|>)\s+/u;

/**
 * A quotation as it reads inside an answer: white space folded, list marks gone, and nothing left that a reader
 * or a Markdown renderer could take for the answer's own: the document's note marks (`[3]` would look like one
 * of our citations) and links or images, of which the words stay.
 */
export function proseOf(quote: string): string {
  return quote
    .replace(LINK_OR_IMAGE, "$1")
    .replace(NOTE_MARK, "")
    .replace(/\s+/gu, " ")
    .trim()
    .replace(LIST_MARK, "");
}
