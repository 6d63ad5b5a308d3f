import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseHistogram,
  writeHistogram,
} from "../../../../../workers/monitoring/promql/histograms/notation.ts";
import { fraction } from "../../../../../workers/monitoring/promql/histograms/quantile.ts";
import { trim } from "../../../../../workers/monitoring/promql/histograms/trim.ts";
import { exponentialHistogram } from "./arbitrary-histogram.ts";

const EXPONENTIAL = parseHistogram(
  "{{sum:123.75 count:34 z_bucket:1 z_bucket_w:0.001 buckets:[2 4 8 16] n_buckets:[1 2]}}",
);
const CUSTOM = parseHistogram(
  "{{schema:-53 sum:172.5 count:15 custom_values:[5 10 15 20] buckets:[1 6 4 3 1]}}",
);

describe("trimming", () => {
  it.each([
    [
      2,
      "lower",
      "{{count:10 sum:3.5355339059327373 z_bucket:1 z_bucket_w:0.001 buckets:[2 4] n_buckets:[1 2]}}",
    ],
    [-1, "lower", "{{count:2 sum:-2.8284271247461903 z_bucket_w:0.001 n_offset:1 n_buckets:[2]}}"],
    [Infinity, "upper", "{{z_bucket_w:0.001}}"],
    [-Infinity, "lower", "{{z_bucket_w:0.001}}"],
  ] as const)("cuts exponential buckets at their bound %d, keeping the %s part", (value, kept, expected) => {
    expect(writeHistogram(trim(EXPONENTIAL, value, kept))).toBe(expected);
  });

  it("cuts a bucket where a finer schema would", () => {
    const { count, positiveBuckets } = trim(EXPONENTIAL, Math.SQRT2, "lower");
    expect(count).toBeCloseTo(8, 9);
    expect(positiveBuckets[1]).toBeCloseTo(2, 9);
  });

  it("cuts custom buckets evenly", () => {
    expect(trim(CUSTOM, 7.5, "lower")).toMatchObject({ count: 4, sum: 21.25, positiveBuckets: [1, 3] });
    expect(trim(CUSTOM, 50, "lower")).toMatchObject({ count: 14, sum: 150 });
    expect(trim(CUSTOM, 0, "lower")).toMatchObject({ count: 0, sum: 0 });
    expect(trim(CUSTOM, 50, "upper")).toMatchObject({ count: 1, sum: 50 });
  });

  it("cuts the zero bucket on the side that has buckets", () => {
    const zero = parseHistogram("{{count:12 sum:8 z_bucket:2 z_bucket_w:0.5 buckets:[10]}}");
    expect(trim(zero, 0.1, "upper").count).toBeCloseTo(11.6, 12);
    expect(trim(zero, 0, "lower").count).toBe(0);
  });

  it("leaves a histogram alone where nothing is beyond the value", () => {
    expect(trim(EXPONENTIAL, Infinity, "lower")).toBe(EXPONENTIAL);
    expect(trim(CUSTOM, 0, "upper")).toBe(CUSTOM);
  });

  it("keeps as many as the fraction says", () => {
    const beyondZero = exponentialHistogram.map((histogram) => ({
      ...histogram,
      zeroCount: 0,
      count: histogram.count - histogram.zeroCount,
    }));
    fc.assert(
      fc.property(beyondZero, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, value) => {
        const expected = fraction(-Infinity, value, histogram).value * histogram.count;
        expect(trim(histogram, value, "lower").count).toBeCloseTo(histogram.count === 0 ? 0 : expected, 6);
        expect(trim(histogram, value, "upper").count).toBeCloseTo(histogram.count - (expected || 0), 6);
      }),
    );
  });
});
