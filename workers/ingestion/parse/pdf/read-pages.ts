import { getDocumentProxy } from "unpdf";
import { UnparsableError } from "../../parsed-document.ts";
import { cleanText } from "../text-encoding.ts";
import { FontNames } from "./font-names.ts";
import { levelRuns, type PdfItem, type PdfRun } from "./runs.ts";
import { refuseStreamBombs } from "./stream-guard.ts";

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPageProxy = Awaited<ReturnType<PdfDocument["getPage"]>>;

/** What a page shows, as plain JSON: it can be stored until the other pages are read. */
export interface PdfPage {
  /** From 1. */
  page: number;
  /** In points of 1/72 inch, as the page is shown. */
  width: number;
  height: number;
  runs: PdfRun[];
}

export interface PdfPages {
  /** Of the whole document. */
  pageCount: number;
  title: string | null;
  pages: PdfPage[];
}

const MOST_RUNS = 20_000;
const MOST_CHARACTERS = 1_000_000;
/** Titles that programs make up, not authors. */
const MADE_UP_TITLE =
  /^(?:untitled|document\d*|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pdf|indd|tex|dvi|qxp|html?))$/i;

/**
 * Reads the text of some pages of a PDF, with its places and fonts. Pages after the last are not an error.
 * The bytes are handed over to the reader: their buffer must not be used afterwards.
 *
 * @param fromPage counted from 1
 * @throws UnparsableError `encrypted_document`, `damaged_document`, `page_too_large`
 */
export async function readPdfPages(
  bytes: Uint8Array,
  fromPage: number,
  count: number,
  options: { yieldToOthers?: () => Promise<void> } = {},
): Promise<PdfPages> {
  if (fromPage === 1) refuseStreamBombs(bytes);
  const document = await open(bytes);
  try {
    const fonts = new FontNames();
    const pages: PdfPage[] = [];
    const last = Math.min(document.numPages, fromPage + count - 1);
    for (let number = fromPage; number <= last; number++) {
      pages.push(await readPage(document, number, fonts));
      await options.yieldToOthers?.();
    }
    return { pageCount: document.numPages, title: await readTitle(document), pages };
  } finally {
    await document.loadingTask.destroy();
  }
}

/** Nothing is drawn: fonts are not loaded into a page and images are not decoded. */
async function open(bytes: Uint8Array): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(bytes, { verbosity: 0, disableFontFace: true, maxImageSize: 1 });
  } catch (cause) {
    if (cause instanceof Error && cause.name === "PasswordException") {
      throw new UnparsableError(
        "encrypted_document",
        "The PDF is protected with a password. Remove the password and upload it again.",
        { cause },
      );
    }
    throw new UnparsableError("damaged_document", "The file is damaged: it cannot be opened as a PDF.", {
      cause,
    });
  }
}

async function readPage(document: PdfDocument, number: number, fonts: FontNames): Promise<PdfPage> {
  try {
    const page = await document.getPage(number);
    const viewport = page.getViewport({ scale: 1 });
    const items = await readItems(page, number, fonts);
    page.cleanup();
    return {
      page: number,
      width: viewport.width,
      height: viewport.height,
      runs: levelRuns(items, viewport, fonts),
    };
  } catch (cause) {
    if (cause instanceof UnparsableError) throw cause;
    throw new UnparsableError(
      "damaged_document",
      `Page ${number} of the PDF is damaged and cannot be read.`,
      { cause },
    );
  }
}

/** Reads the page's text as a stream, so that a page without end is stopped and not collected. */
async function readItems(page: PdfPageProxy, number: number, fonts: FontNames): Promise<PdfItem[]> {
  const items: PdfItem[] = [];
  let characters = 0;
  const reader = page.streamTextContent().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const found: (PdfItem | { type: string })[] = part.value.items;
    for (const item of found) {
      if (!("str" in item) || item.str.trim() === "") continue;
      items.push(item);
      characters += item.str.length;
    }
    if (items.length > MOST_RUNS || characters > MOST_CHARACTERS) {
      await reader.cancel(new Error("The page is too large."));
      throw new UnparsableError(
        "page_too_large",
        `Page ${number} of the PDF holds more text than a page can have.`,
      );
    }
  }
  await fonts.learn(page, new Set(items.map((item) => item.fontName)));
  return items;
}

async function readTitle(document: PdfDocument): Promise<string | null> {
  const { info } = await document.getMetadata();
  const stated: unknown = "Title" in info ? info.Title : null;
  const title = typeof stated === "string" ? cleanText(stated).replace(/\s+/g, " ").trim() : "";
  return MADE_UP_TITLE.test(title) || !/\p{L}{2}/u.test(title) ? null : title;
}
