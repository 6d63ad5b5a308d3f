import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../scripts/root.ts";
import { loadStaticVectors } from "../workers/providers/embedded/static-vectors.ts";
import type { EmbeddingModel } from "../workers/rag/embedding-port.ts";
import type { AppendRequest } from "../workers/rag/search-port.ts";
import { digestText } from "../workers/text/digest.ts";
import type { TextSourceOf } from "./synthetic-text.ts";

/** As many as a report of some twenty pages gives. */
export const CHUNKS_A_DOCUMENT = 40;
const WORDS_A_CHUNK = 150;

export async function readEmbeddingModel(): Promise<EmbeddingModel> {
  const file = await readFile(join(ROOT, "assets/models/static-vectors.bin"));
  return loadStaticVectors(
    file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
  );
}

/** The chunks of a made-up document; the same ones for the same number. */
export function syntheticTexts(sourceOf: TextSourceOf, number: number): string[] {
  const source = sourceOf(number);
  return Array.from({ length: CHUNKS_A_DOCUMENT }, () => source.passage(WORDS_A_CHUNK));
}

/** A document as ingestion would hand it to the index. */
export async function syntheticDocument(
  sourceOf: TextSourceOf,
  model: EmbeddingModel,
  number: number,
): Promise<AppendRequest> {
  const title = sourceOf(number).title();
  const texts = syntheticTexts(sourceOf, number);
  const vectors = await model.embed(texts);
  let start = 0;
  const chunks = texts.map((text, ordinal) => {
    const chunk = {
      ordinal,
      page: 1 + Math.floor(ordinal / 2),
      start,
      end: start + text.length,
      pages: [{ page: 1 + Math.floor(ordinal / 2), start }],
      headings: [],
      context: "",
      text,
      digest: digestText(text),
      vector: vectors[ordinal] ?? null,
    };
    start = chunk.end + 2;
    return chunk;
  });
  const documentId = `doc_${String(number).padStart(8, "0")}`;
  return {
    version: { documentId, version: 1, documentName: `report-${number}.txt`, title, metadata: {} },
    build: 1,
    chunks,
  };
}
