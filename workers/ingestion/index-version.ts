import type { IndexedChunk, IndexedVersion, PageStart } from "../rag/search-port.ts";
import { digestText } from "../text/digest.ts";
import type { Chunk } from "./chunk.ts";
import { chunkDocument } from "./chunk.ts";
import { DeadEndError } from "./failure.ts";
import type { PageSpan, ParsedDocument } from "./parsed-document.ts";
import type { ClaimedJob, IndexWriter, IngestionPorts } from "./ports.ts";
import type { StageBook } from "./stage-book.ts";
import { titleOf } from "./title.ts";

/** How many chunks one call to the index carries: a few tens of milliseconds of its time. */
const CHUNKS_A_CALL = 64;
/** How many chunks one message embeds and indexes. */
export const CHUNKS_A_TURN = 768;
/** Indexing is shown as the part of a job from here to the probe. */
const INDEX_FROM = 62;
const INDEX_SHARE = 33;
const PROBE_CHARACTERS = 240;
const PROBES = 5;

export type IndexTurn =
  | { kind: "more_chunks"; nextChunk: number; percent: number }
  | { kind: "indexed"; chunks: number; liveFrom: number | null };

/** Cuts a stored text into chunks, embeds and indexes them, makes sure that they are found, and goes live. */
export async function indexVersion(
  ports: IngestionPorts,
  job: ClaimedJob,
  parsed: { document: ParsedDocument },
  book: StageBook,
): Promise<IndexTurn> {
  const { document } = parsed;
  book.begin("chunk");
  const chunks = chunkDocument(document);
  const version: IndexedVersion = {
    documentId: job.documentId,
    version: job.version,
    documentName: job.documentName,
    title: titleOf(job.title ?? document.title, job.documentName),
    metadata: job.metadata,
  };
  const index = ports.index(job.collectionId);
  const end = Math.min(chunks.length, job.cursor.chunk + CHUNKS_A_TURN);
  for (let from = job.cursor.chunk; from < end; from += CHUNKS_A_CALL) {
    const part = chunks.slice(from, Math.min(end, from + CHUNKS_A_CALL));
    book.begin("embed");
    const vectors = await ports.embedding.embed(part.map((chunk) => textToEmbed(document, chunk)));
    book.begin("index");
    await index.append({
      version,
      build: job.build,
      chunks: part.map((chunk, position) => toIndexed(document, chunk, vectors[position] ?? null)),
    });
    if (chunks.length > CHUNKS_A_CALL) {
      await ports.ledger.progress(job, "index", INDEX_FROM + (INDEX_SHARE * from) / chunks.length);
    }
    await ports.yieldToOthers();
  }
  if (end < chunks.length) {
    return { kind: "more_chunks", nextChunk: end, percent: INDEX_FROM + (INDEX_SHARE * end) / chunks.length };
  }
  book.begin("probe");
  await probe(index, job, document, chunks);
  book.begin("switch");
  const liveFrom = await index.activate({
    documentId: job.documentId,
    version: job.version,
    build: job.build,
    at: ports.now(),
  });
  book.close("done", null);
  return { kind: "indexed", chunks: chunks.length, liveFrom };
}

/** A version goes live only after a question made of its own words has found it, to the letter. */
async function probe(
  index: IndexWriter,
  job: ClaimedJob,
  document: ParsedDocument,
  chunks: Chunk[],
): Promise<void> {
  const longest = chunks.toSorted((a, b) => b.end - b.start - (a.end - a.start)).slice(0, PROBES);
  for (const chunk of longest) {
    const body = document.text.slice(chunk.start, chunk.end);
    const found = await index.search({
      question: body.slice(0, PROBE_CHARACTERS),
      vector: null,
      mode: "keyword",
      topK: 10,
      denseWeight: 0,
      only: { documentId: job.documentId, version: job.version, build: job.build },
    });
    const passage = found.passages.find((candidate) => candidate.ordinal === chunk.ordinal);
    if (passage === undefined) continue;
    if (passage.text === body && passage.start === chunk.start) return;
    throw new Error(`The index holds another text for chunk ${chunk.ordinal} than the one that was stored.`);
  }
  throw new DeadEndError("no_searchable_text", "The document has no word that a question could find.");
}

const textToEmbed = (document: ParsedDocument, chunk: Chunk): string =>
  [...chunk.headings, chunk.context, document.text.slice(chunk.start, chunk.end)].join("\n");

function toIndexed(document: ParsedDocument, chunk: Chunk, vector: Int8Array | null): IndexedChunk {
  const text = document.text.slice(chunk.start, chunk.end);
  return {
    ordinal: chunk.ordinal,
    page: chunk.page,
    start: chunk.start,
    end: chunk.end,
    pages: pagesWithin(document.pages, chunk),
    headings: chunk.headings,
    context: chunk.context,
    text,
    digest: digestText(text),
    vector,
  };
}

/** The pages that a chunk touches: the first from the chunk's own start, each further one from its own. */
function pagesWithin(pages: PageSpan[], chunk: Chunk): PageStart[] {
  const starts: PageStart[] = [{ page: chunk.page, start: chunk.start }];
  for (const page of pages.slice(chunk.page)) {
    if (page.start >= chunk.end) break;
    if (page.start > chunk.start && page.end > page.start)
      starts.push({ page: page.page, start: page.start });
  }
  return starts;
}
