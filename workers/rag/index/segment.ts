/**
 * An immutable part of the inverted index, in columns. A chunk is known by its place in the segment.
 *
 * The postings of a term are a varint count, then for each chunk a varint gap to the chunk before it (from -1,
 * less one) and a byte of weighted term frequency.
 */
export interface Segment {
  readonly size: number;
  /** The row of the document version that each chunk belongs to. */
  readonly versions: Uint32Array;
  /** Each chunk's ordinal within its version. */
  readonly ordinals: Uint32Array;
  /** Words in title and body, at most 65,535. */
  readonly lengths: Uint16Array;
  /** Components of a vector as stored: a multiple of 16, 0 when the segment has none. */
  readonly stride: number;
  /** One vector a chunk; all zero where there is none. */
  readonly vectors: Int8Array;
  /** Hashes of the terms, ascending. */
  readonly terms: Float64Array;
  /** Where each term's postings begin, and where the last end. */
  readonly offsets: Uint32Array;
  readonly postings: Uint8Array;
}

/** What a term frequency is counted in: half a word of the body. */
export const BODY_UNITS = 2;
/** A word of the title weighs one and a half words of the body. */
export const TITLE_UNITS = 3;
/** The most units a posting can hold. */
export const MOST_UNITS = 255;

/** The place of a term in a segment, or -1. */
export function findTerm(segment: Segment, hash: number): number {
  const { terms } = segment;
  let low = 0;
  let high = terms.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = terms[middle] ?? 0;
    if (found === hash) return middle;
    if (found < hash) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Bytes that a segment keeps in memory. */
export function bytesOf(segment: Segment): number {
  const { versions, ordinals, lengths, vectors, terms, offsets, postings } = segment;
  return [versions, ordinals, lengths, vectors, terms, offsets, postings].reduce(
    (total, column) => total + column.byteLength,
    0,
  );
}
