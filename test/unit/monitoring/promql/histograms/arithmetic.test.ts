import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY_HISTOGRAM as EMPTY,
  type Histogram,
} from "../../../../../workers/monitoring/model/histogram.ts";
import {
  add,
  divide,
  multiply,
  negate,
  subtract,
} from "../../../../../workers/monitoring/promql/histograms/arithmetic.ts";
import { exponentialBound } from "../../../../../workers/monitoring/promql/histograms/bounds.ts";
import { allBuckets } from "../../../../../workers/monitoring/promql/histograms/buckets.ts";
import { detectReset } from "../../../../../workers/monitoring/promql/histograms/detect-reset.ts";
import { compact, copyToSchema, equals } from "../../../../../workers/monitoring/promql/histograms/layout.ts";
import {
  anyHistogram,
  compatiblePair,
  customHistogram,
  exponentialHistogram,
} from "./arbitrary-histogram.ts";

/** As a Prometheus test writes it: `buckets:[…] offset:…`. */
function exponential(schema: number, buckets: readonly number[], offset = 0): Histogram {
  const count = buckets.reduce((sum, each) => sum + each, 0);
  return {
    ...EMPTY,
    schema,
    count,
    sum: count,
    positiveSpans: [{ offset, length: buckets.length }],
    positiveBuckets: buckets,
  };
}

function custom(customValues: readonly number[], buckets: readonly number[]): Histogram {
  return { ...exponential(-53, buckets), customValues };
}

const counted = (histogram: Histogram) => allBuckets(histogram).reduce((sum, { count }) => sum + count, 0);
const observed = (histogram: Histogram) => allBuckets(histogram).filter(({ count }) => count !== 0);

describe("adding and subtracting", () => {
  it("merges the finer one's buckets", () => {
    const sum = add(exponential(-1, [1], 1), exponential(0, [2, 2], 1))?.histogram;
    expect(sum).toMatchObject({
      schema: -1,
      count: 5,
      positiveSpans: [{ offset: 1, length: 1 }],
      positiveBuckets: [5],
    });
  });

  it("fills the gaps between spans", () => {
    const gap: Histogram = {
      ...exponential(0, [1, 1]),
      positiveSpans: [
        { offset: 0, length: 1 },
        { offset: 2, length: 1 },
      ],
    };
    expect(add(gap, exponential(0, [5], 1))?.histogram).toMatchObject({
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: 1, length: 1 },
      ],
      positiveBuckets: [1, 5, 1],
    });
  });

  it("widens the narrower zero bucket over whole buckets", () => {
    const wide = { ...EMPTY, zeroThreshold: 1.5, zeroCount: 3, count: 3 };
    expect(add(wide, exponential(0, [2, 4, 8]))?.histogram).toMatchObject({
      zeroThreshold: 2,
      zeroCount: 9,
      count: 17,
      positiveSpans: [{ offset: 2, length: 1 }],
      positiveBuckets: [8],
    });
  });

  it("comes to an end for a zero bucket of no width at all", () => {
    const odd = { ...exponential(0, [1]), zeroThreshold: Number.NaN };
    expect(add(odd, { ...odd, zeroThreshold: 1 })?.histogram.count).toBe(2);
  });

  it("keeps the custom bounds that both have", () => {
    const sum = add(custom([1, 2, 3], [1, 2, 4, 8]), custom([2, 4], [16, 32, 64]));
    expect(sum).toMatchObject({
      reconciledBounds: true,
      histogram: { customValues: [2], positiveBuckets: [19, 108] },
    });
    expect(add(custom([1], [1, 2]), custom([1], [1, 2]))?.reconciledBounds).toBe(false);
  });

  it("has no sum of custom and exponential buckets", () => {
    expect(add(custom([1], [1, 2]), exponential(0, [1]))).toBeNull();
    expect(subtract(exponential(0, [1]), custom([1], [1, 2]))).toBeNull();
  });

  it.each([
    ["unknown", "unknown", "unknown", false],
    ["gauge", "reset", "gauge", false],
    ["unknown", "reset", "unknown", false],
    ["not_reset", "not_reset", "not_reset", false],
    ["reset", "not_reset", "unknown", true],
  ] as const)("makes of %s and %s a sum that is %s", (left, right, resetHint, conflictingResets) => {
    const [a, b] = [
      { ...EMPTY, resetHint: left },
      { ...EMPTY, resetHint: right },
    ];
    expect(add(a, b)).toMatchObject({ histogram: { resetHint }, conflictingResets });
    expect(add(b, a)).toMatchObject({ histogram: { resetHint }, conflictingResets });
  });

  it("does not care for the order, and counts everything", () => {
    fc.assert(
      fc.property(compatiblePair, ([left, right]) => {
        const sum = add(left, right)?.histogram ?? EMPTY;
        const reversed = add(right, left)?.histogram ?? EMPTY;
        expect(equals(compact(sum), compact(reversed))).toBe(true);
        expect(counted(sum)).toBe(left.count + right.count);
      }),
    );
  });

  it("takes off again what was added", () => {
    fc.assert(
      fc.property(compatiblePair, ([left, right]) => {
        const back = subtract(add(left, right)?.histogram ?? EMPTY, right)?.histogram ?? EMPTY;
        const zero = subtract(back, left)?.histogram ?? EMPTY;
        expect(compact(zero)).toMatchObject({ count: 0, sum: 0, positiveBuckets: [], negativeBuckets: [] });
        expect(back).toMatchObject({ count: left.count, sum: left.sum });
      }),
    );
  });

  it("leaves its arguments as they were", () => {
    fc.assert(
      fc.property(compatiblePair, ([left, right]) => {
        const before = structuredClone([left, right]);
        add(left, right);
        subtract(left, right);
        expect([left, right]).toEqual(before);
      }),
    );
  });
});

describe("scaling", () => {
  it("multiplies everything that is counted, and a negative factor makes a gauge", () => {
    const histogram: Histogram = { ...exponential(0, [1, 2]), zeroCount: 3, resetHint: "not_reset" };
    expect(multiply(histogram, 2)).toMatchObject({
      zeroCount: 6,
      count: 6,
      sum: 6,
      positiveBuckets: [2, 4],
      resetHint: "not_reset",
    });
    expect(negate(histogram)).toMatchObject({ positiveBuckets: [-1, -2], resetHint: "gauge" });
    expect(divide(histogram, -2)).toMatchObject({ positiveBuckets: [-0.5, -1], resetHint: "gauge" });
  });

  it("leaves no buckets when divided by zero", () => {
    const divided = divide({ ...exponential(0, [1]), zeroCount: 1 }, 0);
    expect(divided).toMatchObject({
      count: Infinity,
      zeroCount: Infinity,
      positiveBuckets: [],
      positiveSpans: [],
    });
  });
});

describe("layout", () => {
  it("holds the same observations after compacting", () => {
    fc.assert(
      fc.property(anyHistogram, (histogram) => {
        const compacted = compact(histogram);
        expect(observed(compacted)).toEqual(observed(histogram));
        expect(compacted.positiveBuckets).not.toContain(0);
        expect(compact(compacted)).toBe(compacted);
      }),
    );
  });

  it("counts as many in a coarser resolution, each in a bucket that held it before", () => {
    fc.assert(
      fc.property(exponentialHistogram, fc.integer({ min: -4, max: 8 }), (histogram, to) => {
        fc.pre(to <= histogram.schema);
        const copy = copyToSchema(histogram, to);
        expect(counted(copy)).toBe(counted(histogram));
        expect(copyToSchema(copy, to)).toBe(copy);
      }),
    );
  });

  it("keeps infinite observations apart from the greatest finite ones", () => {
    for (const schema of [-4, -1, 0, 1, 8]) {
      const last = 1024 * 2 ** schema;
      expect(exponentialBound(last, schema)).toBe(Number.MAX_VALUE);
      expect(exponentialBound(last + 1, schema)).toBe(Infinity);
      expect(exponentialBound(0, schema)).toBe(1);
      expect(exponentialBound(-(2 ** Math.max(schema, 0)), schema)).toBe(2 ** -(2 ** Math.max(-schema, 0)));
    }
    expect(exponentialBound(1, 1)).toBe(Math.SQRT2);
  });

  it("refuses a finer resolution", () => {
    expect(() => copyToSchema(exponential(0, [1]), 1)).toThrow(RangeError);
    expect(() => copyToSchema(custom([1], [1]), 0)).toThrow(RangeError);
  });

  it("is equal however the spans are cut, and not with another number", () => {
    const cut: Histogram = {
      ...exponential(0, [1, 2, 3]),
      positiveSpans: [
        { offset: 0, length: 1 },
        { offset: 0, length: 2 },
      ],
    };
    expect(equals(cut, exponential(0, [1, 2, 3]))).toBe(true);
    expect(equals({ ...cut, sum: Number.NaN }, { ...cut, sum: Number.NaN })).toBe(true);
    expect(equals(exponential(0, [1, 2]), exponential(0, [1, 2], 1))).toBe(false);
    expect(equals(custom([1], [1, 2]), custom([2], [1, 2]))).toBe(false);
  });
});

describe("detecting a reset", () => {
  it("believes a hint", () => {
    const histogram = exponential(0, [1]);
    expect(detectReset({ ...histogram, resetHint: "reset" }, histogram)).toBe(true);
    expect(detectReset({ ...EMPTY, resetHint: "not_reset" }, histogram)).toBe(false);
  });

  it("sees it in a single bucket", () => {
    expect(detectReset(exponential(0, [1, 1, 3]), exponential(0, [1, 2, 1]))).toBe(true);
    expect(detectReset(exponential(0, [3, 3], 1), exponential(0, [1, 2, 1]))).toBe(true);
    expect(detectReset(custom([2, 3], [1, 0, 9]), custom([3], [2, 3]))).toBe(true);
  });

  it("takes a finer layout for one", () => {
    expect(detectReset(exponential(1, [9]), exponential(0, [1]))).toBe(true);
    expect(detectReset(exponential(0, [9]), { ...exponential(0, [1]), zeroThreshold: 0.1 })).toBe(true);
  });

  it("sees none where a counter only grows, even if its layout gets coarser", () => {
    const known = (histogram: Histogram): Histogram => ({ ...histogram, resetHint: "unknown" });
    fc.assert(
      fc.property(compatiblePair, ([left, right]) => {
        const grown = add(left, right)?.histogram ?? EMPTY;
        expect(detectReset(known(grown), left)).toBe(false);
      }),
    );
    fc.assert(fc.property(customHistogram, (histogram) => !detectReset(known(histogram), histogram)));
  });
});
