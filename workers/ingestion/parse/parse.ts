import type { ParsedDocument } from "../parsed-document.ts";
import { parseDelimited } from "./delimited.ts";
import { parseDocx } from "./docx.ts";
import { parseHtml } from "./html.ts";
import { parseJson, parseJsonLines } from "./json.ts";
import { parseMarkdown } from "./markdown.ts";
import { assemblePdf } from "./pdf/assemble.ts";
import { readPdfPages } from "./pdf/read-pages.ts";
import { parsePlainText } from "./plain-text.ts";
import { DOCX_TYPE, type SupportedType } from "./supported-type.ts";
import { decodeText } from "./text-encoding.ts";

export interface ParseOptions {
  /** The file's name, for error sentences and as the last resort for a title. */
  name: string;
  /** Called between pieces of work, so that others may run. */
  yieldToOthers?: () => Promise<void>;
}

/**
 * Parses a whole file in one go. A long PDF is better read in slices: see `readPdfPages` and `assemblePdf`.
 * @throws UnparsableError with the reason, for the person who uploaded the file
 */
export async function parseDocument(
  bytes: Uint8Array,
  type: SupportedType,
  options: ParseOptions,
): Promise<ParsedDocument> {
  await options.yieldToOthers?.();
  switch (type) {
    case "application/pdf": {
      const { pages, title } = await readPdfPages(bytes, 1, Number.POSITIVE_INFINITY, options);
      return assemblePdf(pages, { title });
    }
    case DOCX_TYPE:
      return parseDocx(bytes);
    case "text/html":
      return parseHtml(decodeText(bytes));
    case "text/markdown":
      return parseMarkdown(decodeText(bytes));
    case "text/plain":
      return parsePlainText(decodeText(bytes));
    case "text/csv":
      return parseDelimited(decodeText(bytes));
    case "text/tab-separated-values":
      return parseDelimited(decodeText(bytes), "\t");
    case "application/json":
      return parseJson(decodeText(bytes));
    case "application/x-ndjson":
      return parseJsonLines(decodeText(bytes));
  }
}
