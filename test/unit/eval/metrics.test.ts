import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, ndcgAt, percentile, recallAt, reciprocalRankAt } from "../../../eval/metrics.ts";

const ranking = (found: string[], relevant: Record<string, number>) => ({
  found,
  relevant: new Map(Object.entries(relevant)),
});

const anyRanking = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(..."abcdefghijklmnop"), { maxLength: 16 }),
    fc.dictionary(fc.constantFrom(..."abcdefghijklmnop"), fc.integer({ min: 1, max: 3 }), { minKeys: 1 }),
  )
  .map(([found, relevant]) => ranking(found, relevant));

describe("nDCG", () => {
  it("agrees with a case worked by hand", () => {
    // Gains 0, 2, 0, 1 against the ideal 2, 1: (2/log2(3) + 1/log2(5)) / (2 + 1/log2(3)).
    const expected = (2 / Math.log2(3) + 1 / Math.log2(5)) / (2 + 1 / Math.log2(3));
    expect(ndcgAt(10, ranking(["x", "a", "y", "b"], { a: 2, b: 1 }))).toBeCloseTo(expected, 12);
  });

  it("is one for the ideal order, also when more is relevant than is looked at", () => {
    expect(ndcgAt(2, ranking(["a", "b", "c"], { a: 3, b: 2, c: 1 }))).toBe(1);
  });

  it("lies between zero and one, and is zero only when nothing was found in time", () => {
    fc.assert(
      fc.property(anyRanking, fc.integer({ min: 1, max: 20 }), (judged, depth) => {
        const value = ndcgAt(depth, judged);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(value === 0).toBe(reciprocalRankAt(depth, judged) === 0);
      }),
    );
  });
});

describe("reciprocal rank and recall", () => {
  it("count from one and stop at their depth", () => {
    const judged = ranking(["x", "y", "a", "b"], { a: 1, b: 1, c: 1 });
    expect(reciprocalRankAt(10, judged)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRankAt(2, judged)).toBe(0);
    expect(recallAt(3, judged)).toBeCloseTo(1 / 3, 12);
    expect(recallAt(4, judged)).toBeCloseTo(2 / 3, 12);
  });

  it("never fall when one looks deeper", () => {
    fc.assert(
      fc.property(anyRanking, fc.integer({ min: 1, max: 20 }), (judged, depth) => {
        expect(recallAt(depth + 1, judged)).toBeGreaterThanOrEqual(recallAt(depth, judged));
        expect(reciprocalRankAt(depth + 1, judged)).toBeGreaterThanOrEqual(reciprocalRankAt(depth, judged));
      }),
    );
  });
});

describe("summaries", () => {
  it("takes percentiles by nearest rank, whatever the order", () => {
    const values = Array.from({ length: 20 }, (_, position) => 20 - position);
    expect([percentile(0.5, values), percentile(0.95, values), percentile(1, values)]).toEqual([10, 19, 20]);
    expect(percentile(0.95, [7])).toBe(7);
  });

  it("does not make a figure out of nothing", () => {
    expect(mean([])).toBeNaN();
    expect(percentile(0.5, [])).toBeNaN();
  });
});
