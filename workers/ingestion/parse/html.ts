import { Parser } from "htmlparser2";
import { type ParsedDocument, UnparsableError } from "../parsed-document.ts";
import type { HtmlScope } from "./html-boilerplate.ts";
import { HtmlReader } from "./html-reader.ts";
import { requireText } from "./plain-text.ts";

/** The main part must hold this share of the page's content, or this many characters, to stand for it. */
const MAIN_SHARE = 0.4;
/** What is left without boilerplate must be this share of all text, or this many characters. */
const CONTENT_SHARE = 0.25;
const ENOUGH = 2000;

/**
 * A web page as text: boilerplate left out, headings, lists, tables and preformatted text kept apart.
 * Reads by events, so nesting of any depth costs no stack. When leaving out boilerplate leaves too little, less is left out.
 */
export function parseHtml(html: string): ParsedDocument {
  requireText(html);
  const content = read(html, "content");
  if (content.hasMainPart) {
    const main = read(html, "main");
    if (isEnough(main, content, MAIN_SHARE)) return finish(main);
  }
  if (!content.sawBoilerplate) return finish(content);
  const everything = read(html, "everything");
  return finish(isEnough(content, everything, CONTENT_SHARE) ? content : everything);
}

function read(html: string, scope: HtmlScope): HtmlReader {
  const reader = new HtmlReader(scope);
  const parser = new Parser(reader, { decodeEntities: true, lowerCaseTags: true });
  parser.end(html);
  return reader;
}

function isEnough(part: HtmlReader, whole: HtmlReader, share: number): boolean {
  return part.size > 0 && (part.size >= ENOUGH || part.size >= whole.size * share);
}

function finish(reader: HtmlReader): ParsedDocument {
  if (reader.size === 0) {
    throw new UnparsableError(
      "empty_document",
      "The page has no text: its content may be put in by scripts.",
    );
  }
  return reader.finish();
}
