import { visitTerms } from "../analyze/analyze.ts";
import { detectLanguage } from "../analyze/language.ts";
import { ByteWriter, writePostings } from "./posting-writer.ts";
import { BODY_UNITS, MOST_UNITS, type Segment, TITLE_UNITS } from "./segment.ts";
import { hashTerm, streamHash } from "./term-hash.ts";

/** A chunk with its place in the store, ready to be indexed. */
export interface ChunkToIndex {
  versionRow: number;
  ordinal: number;
  /** What it is called: the document's title and the headings it stands under. */
  title: string;
  /** What it says: its context and its text. */
  body: string;
  vector: Int8Array | null;
}

/** Vectors are stored in rows of 16 components, the width of a SIMD register. */
export function strideFor(dimensions: number): number {
  return Math.ceil(dimensions / 16) * 16;
}

/** Indexes chunks into a segment, in the order given. */
export function buildSegment(chunks: readonly ChunkToIndex[]): Segment {
  const size = chunks.length;
  const postings = new Map<number, number[]>();
  const lengths = new Uint16Array(size);
  chunks.forEach((chunk, place) => {
    const units = new Map<number, number>();
    let words = 0;
    const language = detectLanguage(chunk.body, "certain");
    const count = (weight: number) => (term: string, _start: number, _end: number, isWord: boolean) => {
      const hash = hashTerm(term);
      units.set(hash, (units.get(hash) ?? 0) + weight);
      if (isWord) words++;
    };
    visitTerms(chunk.title, language, count(TITLE_UNITS));
    visitTerms(chunk.body, language, count(BODY_UNITS));
    lengths[place] = Math.min(words, 0xffff);
    for (const [hash, total] of units) {
      const list = postings.get(hash);
      if (list === undefined) postings.set(hash, [place, Math.min(total, MOST_UNITS)]);
      else list.push(place, Math.min(total, MOST_UNITS));
    }
  });
  const terms = Float64Array.from(postings.keys()).sort();
  const offsets = new Uint32Array(terms.length + 1);
  const writer = new ByteWriter(size * 256);
  terms.forEach((hash, index) => {
    offsets[index] = writer.length;
    writePostings(writer, postings.get(hash) ?? []);
  });
  offsets[terms.length] = writer.length;
  return {
    size,
    versions: Uint32Array.from(chunks, (chunk) => chunk.versionRow),
    ordinals: Uint32Array.from(chunks, (chunk) => chunk.ordinal),
    lengths,
    ...packVectors(chunks),
    terms,
    offsets,
    postings: writer.finish(),
  };
}

function packVectors(chunks: readonly ChunkToIndex[]): { stride: number; vectors: Int8Array } {
  const stride = strideFor(chunks.reduce((most, { vector }) => Math.max(most, vector?.length ?? 0), 0));
  const vectors = new Int8Array(stride * chunks.length);
  chunks.forEach(({ vector }, place) => {
    if (vector !== null) vectors.set(vector, place * stride);
  });
  return { stride, vectors };
}

/**
 * The words of a chunk as 32-bit hashes, for reranking without its text: the number of words in the title,
 * those words, then the body's.
 */
export function wordStream(chunk: Pick<ChunkToIndex, "title" | "body">): Uint32Array<ArrayBuffer> {
  const words: number[] = [0];
  const language = detectLanguage(chunk.body, "certain");
  const push = (term: string, _start: number, _end: number, isWord: boolean) => {
    if (isWord) words.push(streamHash(hashTerm(term)));
  };
  visitTerms(chunk.title, language, push);
  words[0] = words.length - 1;
  visitTerms(chunk.body, language, push);
  return Uint32Array.from(words);
}
