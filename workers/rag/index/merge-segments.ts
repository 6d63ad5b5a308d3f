import { PostingReader } from "./posting-reader.ts";
import { ByteWriter, writePostings } from "./posting-writer.ts";
import type { Segment } from "./segment.ts";

/** Terms merged between two pauses. */
const TERMS_A_SLICE = 5_000;

/**
 * Merges segments into one, leaving out the chunks of versions that no longer exist. Yields between slices of
 * the work, so that a caller can let others run; the segments stay in use meanwhile.
 *
 * @param isKept whether a version (by its row) still exists
 */
export function* mergeSegments(
  segments: readonly Segment[],
  isKept: (versionRow: number) => boolean,
): Generator<void, Segment> {
  const { places, size } = placeChunks(segments, isKept);
  const columns = copyColumns(segments, places, size);
  yield;
  const terms: number[] = [];
  const offsets: number[] = [];
  const writer = new ByteWriter(segments.reduce((total, { postings }) => total + postings.length, 1024));
  const cursors = new Uint32Array(segments.length);
  const reader = new PostingReader();
  for (let merged = 1; ; merged++) {
    const hash = lowestTerm(segments, cursors);
    if (hash === undefined) break;
    const list: number[] = [];
    segments.forEach((segment, index) => {
      const cursor = cursors[index] ?? 0;
      if (segment.terms[cursor] !== hash) return;
      cursors[index] = cursor + 1;
      for (reader.open(segment, cursor); reader.next(); ) {
        const place = places[index]?.[reader.chunk] ?? DROPPED;
        if (place !== DROPPED) list.push(place, reader.units);
      }
    });
    if (list.length > 0) {
      terms.push(hash);
      offsets.push(writer.length);
      writePostings(writer, list);
    }
    if (merged % TERMS_A_SLICE === 0) yield;
  }
  offsets.push(writer.length);
  return {
    size,
    ...columns,
    terms: Float64Array.from(terms),
    offsets: Uint32Array.from(offsets),
    postings: writer.finish(),
  };
}

/** {@link mergeSegments} in one go. */
export function mergeAtOnce(segments: readonly Segment[], isKept: (versionRow: number) => boolean): Segment {
  const merging = mergeSegments(segments, isKept);
  for (;;) {
    const step = merging.next();
    if (step.done) return step.value;
  }
}

const DROPPED = 0xffffffff;

/** The place of each chunk after the merge, or {@link DROPPED}. */
function placeChunks(segments: readonly Segment[], isKept: (versionRow: number) => boolean) {
  let size = 0;
  const places = segments.map(({ versions }) =>
    Uint32Array.from(versions, (versionRow) => (isKept(versionRow) ? size++ : DROPPED)),
  );
  return { places, size };
}

function copyColumns(segments: readonly Segment[], places: readonly Uint32Array[], size: number) {
  const stride = segments.reduce((most, segment) => Math.max(most, segment.stride), 0);
  const versions = new Uint32Array(size);
  const ordinals = new Uint32Array(size);
  const lengths = new Uint16Array(size);
  const vectors = new Int8Array(size * stride);
  segments.forEach((segment, index) => {
    places[index]?.forEach((to, from) => {
      if (to === DROPPED) return;
      versions[to] = segment.versions[from] ?? 0;
      ordinals[to] = segment.ordinals[from] ?? 0;
      lengths[to] = segment.lengths[from] ?? 0;
      vectors.set(segment.vectors.subarray(from * segment.stride, (from + 1) * segment.stride), to * stride);
    });
  });
  return { stride, versions, ordinals, lengths, vectors };
}

function lowestTerm(segments: readonly Segment[], cursors: Uint32Array): number | undefined {
  let lowest: number | undefined;
  segments.forEach(({ terms }, index) => {
    const next = terms[cursors[index] ?? 0];
    if (next !== undefined && (lowest === undefined || next < lowest)) lowest = next;
  });
  return lowest;
}
