import type { Segment } from "./segment.ts";

/** What a search may know of: statistics are taken over it as if nothing else existed. */
export interface Visibility {
  /** For each segment a byte a chunk, 1 where visible; null when all of the segment's chunks are. */
  readonly masks: readonly (Uint8Array | null)[];
  readonly chunks: number;
  /** Words in the visible chunks. */
  readonly words: number;
}

/** What is visible in segments when the versions marked in `rows` (by version row) are. */
export function seeVersions(segments: readonly Segment[], rows: Uint8Array): Visibility {
  let chunks = 0;
  let words = 0;
  const masks = segments.map(({ size, versions, lengths }) => {
    const mask = new Uint8Array(size);
    let seen = 0;
    for (let place = 0; place < size; place++) {
      if (rows[versions[place] ?? 0] !== 1) continue;
      mask[place] = 1;
      seen++;
      words += lengths[place] ?? 0;
    }
    chunks += seen;
    return seen === size ? null : mask;
  });
  return { masks, chunks, words };
}
