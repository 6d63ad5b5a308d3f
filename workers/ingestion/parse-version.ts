import { contentMissing } from "./failure.ts";
import { detectType } from "./parse/detect.ts";
import { parseDocument } from "./parse/parse.ts";
import { assemblePdf } from "./parse/pdf/assemble.ts";
import { type PdfPage, readPdfPages } from "./parse/pdf/read-pages.ts";
import { SUPPORTED_TYPES, type SupportedType } from "./parse/supported-type.ts";
import type { ParsedDocument } from "./parsed-document.ts";
import type { ClaimedJob, IngestionPorts } from "./ports.ts";
import type { StageBook } from "./stage-book.ts";

/** How many pages of a PDF one message reads: about a second of work. */
export const PAGES_A_TURN = 32;
/** Parsing is shown as the first 60 percent of a job. */
const PARSE_SHARE = 60;

export type ParseTurn =
  | { kind: "more_pages"; mimeType: SupportedType; nextPage: number; percent: number }
  | { kind: "parsed"; mimeType: SupportedType; document: ParsedDocument; textKey: string };

interface PdfSlice {
  pageCount: number;
  title: string | null;
  pages: PdfPage[];
}

/**
 * Reads a version's bytes into its stored text, or the next pages of a long PDF.
 *
 * @param atHand the bytes, when an earlier stage has read them
 */
export async function parseVersion(
  ports: IngestionPorts,
  job: ClaimedJob,
  book: StageBook,
  atHand: Uint8Array | null,
): Promise<ParseTurn> {
  book.begin("parse");
  const known = SUPPORTED_TYPES.find((type) => type === (job.cursor.mimeType ?? job.mimeType));
  if (job.cursor.chunk > 0 && known !== undefined) {
    const textKey = ports.texts.keyOf(job.sha256, known);
    const document = await ports.texts.load(textKey);
    if (document !== null) return { kind: "parsed", mimeType: known, document, textKey };
  }
  const bytes = atHand ?? (await ports.content.read(job.sha256));
  if (bytes === null) throw contentMissing();
  const mimeType =
    known ?? detectType(bytes, bytes, { name: job.documentName, declared: job.declaredType ?? "" }).type;
  const document =
    mimeType === "application/pdf"
      ? await parsePdf(ports, job, bytes)
      : await parseDocument(bytes, mimeType, { name: job.documentName, yieldToOthers: ports.yieldToOthers });
  if ("nextPage" in document) return document;
  const textKey = ports.texts.keyOf(job.sha256, mimeType);
  await ports.texts.save(textKey, document);
  return { kind: "parsed", mimeType, document, textKey };
}

async function parsePdf(
  ports: IngestionPorts,
  job: ClaimedJob,
  bytes: Uint8Array,
): Promise<ParsedDocument | Extract<ParseTurn, { kind: "more_pages" }>> {
  const from = job.cursor.page + 1;
  const slice = await readPdfPages(bytes, from, PAGES_A_TURN, { yieldToOthers: ports.yieldToOthers });
  const nextPage = job.cursor.page + slice.pages.length;
  if (nextPage < slice.pageCount) {
    await ports.texts.saveSlice(job, from, slice);
    return {
      kind: "more_pages",
      mimeType: "application/pdf",
      nextPage,
      percent: (PARSE_SHARE * nextPage) / slice.pageCount,
    };
  }
  const earlier = from === 1 ? [] : ((await ports.texts.loadSlices(job)) as PdfSlice[]);
  const pages = [...earlier.flatMap((part) => part.pages), ...slice.pages];
  // Slices that are gone (another worker ended this making meanwhile) are read again, never left out.
  if (pages.length !== slice.pageCount)
    return { kind: "more_pages", mimeType: "application/pdf", nextPage: 0, percent: 0 };
  return assemblePdf(pages, { title: slice.title });
}
