import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countChunks, scoreBm25 } from "../../../workers/rag/index/bm25.ts";
import { buildSegment, type ChunkToIndex } from "../../../workers/rag/index/build-segment.ts";
import { chooseMerge } from "../../../workers/rag/index/merge-policy.ts";
import { mergeAtOnce, mergeSegments } from "../../../workers/rag/index/merge-segments.ts";
import type { Segment } from "../../../workers/rag/index/segment.ts";
import { decodeSegment, encodeSegment, SegmentDamaged } from "../../../workers/rag/index/segment-codec.ts";
import { hashTerm } from "../../../workers/rag/index/term-hash.ts";
import { TopK } from "../../../workers/rag/index/top-k.ts";
import { seeVersions } from "../../../workers/rag/index/visibility.ts";

const words = fc.array(fc.constantFrom("river", "stone", "glass", "Fluss", "河流", "42", "paper"), {
  maxLength: 12,
});

const chunk: fc.Arbitrary<ChunkToIndex> = fc.record({
  versionRow: fc.integer({ min: 1, max: 6 }),
  ordinal: fc.nat({ max: 1000 }),
  title: words.map((list) => list.join(" ")),
  body: words.map((list) => list.join(" ")),
  vector: fc.option(fc.int8Array({ minLength: 20, maxLength: 20 })),
});

const chunks = fc.array(chunk, { minLength: 1, maxLength: 20 });

function columns(segment: Segment): Record<string, number[] | number> {
  return Object.fromEntries(
    Object.entries(segment).map(([name, column]) => [
      name,
      typeof column === "number" ? column : [...column],
    ]),
  );
}

/** Everything a search reads of an index, whatever segments it is cut into. */
function scores(segments: Segment[], visibleRows: number[]): number[][] {
  const marks = new Uint8Array(8);
  for (const row of visibleRows) marks[row] = 1;
  const visibility = seeVersions(segments, marks);
  const terms = ["river", "fluss", "河", "42"].map((term) => {
    const hash = hashTerm(term);
    return { hash, weight: 1, count: countChunks(segments, visibility, hash) };
  });
  const found = scoreBm25(segments, visibility, terms);
  let base = 0;
  return segments.flatMap((segment) => {
    const rows = [...segment.versions].map((row, place) => [
      row,
      segment.ordinals[place] ?? 0,
      found[base + place] ?? 0,
    ]);
    base += segment.size;
    return rows.filter(([row]) => marks[row ?? 0] === 1);
  });
}

describe("the segment codec", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(chunks, (list) => {
        const segment = buildSegment(list);
        expect(columns(decodeSegment(encodeSegment(segment)))).toEqual(columns(segment));
      }),
    );
  });

  it("refuses bytes of which one has changed, or that were cut", () => {
    const bytes = encodeSegment(
      buildSegment([{ versionRow: 1, ordinal: 0, title: "", body: "the river and the stone", vector: null }]),
    );
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(() => decodeSegment(damaged)).toThrow(SegmentDamaged);
        expect(() => decodeSegment(bytes.slice(0, at))).toThrow(SegmentDamaged);
      }),
    );
  });
});

describe("merging", () => {
  it("changes no score, and leaves out versions that are gone", () => {
    fc.assert(
      fc.property(
        fc.array(chunks, { minLength: 1, maxLength: 4 }),
        fc.subarray([1, 2, 3, 4, 5, 6]),
        (lists, kept) => {
          const segments = lists.map((list) => buildSegment(list));
          const merged = mergeAtOnce(segments, (row) => kept.includes(row));
          expect([...merged.versions].every((row) => kept.includes(row))).toBe(true);
          expect(scores([merged], kept)).toEqual(scores(segments, kept));
        },
      ),
    );
  });

  it("keeps the vectors with their chunks", () => {
    const at = (row: number, vector: Int8Array | null) =>
      buildSegment([{ versionRow: row, ordinal: 0, title: "", body: "stone", vector }]);
    const merged = mergeAtOnce(
      [at(1, null), at(2, Int8Array.of(1, 2, 3)), at(3, Int8Array.of(4))],
      (row) => row !== 1,
    );
    expect([...merged.vectors.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect(merged.vectors[merged.stride]).toBe(4);
  });

  it("pauses, so that searches need not wait for all of it", () => {
    const merging = mergeSegments([buildSegment([])], () => true);
    expect(merging.next().done).toBe(false);
  });

  it("is due for eight segments of a size, or one whose versions are mostly gone", () => {
    const holder = (size: number, row: number) => ({
      segment: { ...buildSegment([]), size, versions: new Uint32Array(size).fill(row) },
    });
    const seven = Array.from({ length: 7 }, () => holder(600, 1));
    expect(chooseMerge([...seven, holder(5000, 1)], () => true)).toEqual([]);
    expect(chooseMerge([...seven, holder(512, 1)], () => true)).toHaveLength(8);
    const gone = holder(40, 2);
    expect(chooseMerge([...seven, gone], (row) => row !== 2)).toEqual([gone]);
  });
});

describe("TopK", () => {
  it("keeps the best in order, of equals the first", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (offered, k) => {
          const best = new TopK(k);
          offered.forEach((score, number) => {
            best.offer(number, score);
          });
          const expected = offered
            .map((score, number) => ({ number, score }))
            .sort((a, b) => b.score - a.score || a.number - b.number)
            .slice(0, k);
          expect(best.ranked()).toEqual(expected);
        },
      ),
    );
  });
});
