import { type Block, type ParsedDocument, UnparsableError } from "../parsed-document.ts";
import { LONGEST_TEXT, textTooLarge } from "./document-builder.ts";

/** A paragraph: lines up to the next blank one. */
const PARAGRAPH = /\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*/g;

/** Plain text is stored as it is; its paragraphs, parted by blank lines, are its blocks. */
export function parsePlainText(text: string): ParsedDocument {
  requireText(text);
  const blocks: Block[] = [];
  for (const match of text.matchAll(PARAGRAPH)) {
    const end = match.index + match[0].trimEnd().length;
    blocks.push({ kind: "text", start: match.index, end });
  }
  return { title: null, text, pages: [{ page: 1, start: 0, end: text.length }], blocks };
}

/** @throws UnparsableError `empty_document` or `text_too_large` */
export function requireText(text: string): void {
  if (text.length > LONGEST_TEXT) throw textTooLarge();
  if (!/\S/.test(text)) throw new UnparsableError("empty_document", "The file has no text in it.");
}
