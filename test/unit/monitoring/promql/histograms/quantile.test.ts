import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allBuckets } from "../../../../../workers/monitoring/promql/histograms/buckets.ts";
import { parseHistogram } from "../../../../../workers/monitoring/promql/histograms/notation.ts";
import { fraction, quantile } from "../../../../../workers/monitoring/promql/histograms/quantile.ts";
import {
  average,
  standardDeviation,
  variance,
} from "../../../../../workers/monitoring/promql/histograms/spread.ts";
import { anyHistogram } from "./arbitrary-histogram.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const POSITIVE = parseHistogram("{{count:12 sum:100 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]}}");
const NEGATIVE = parseHistogram("{{count:12 sum:100 z_bucket:2 z_bucket_w:0.001 n_buckets:[2 3 0 1 4]}}");
const CUSTOM = parseHistogram("{{schema:-53 sum:5 count:4 custom_values:[5 10] buckets:[1 2 1]}}");

describe("the quantile", () => {
  it.each([
    [1.001, Infinity],
    [1, 16],
    [0.99, 15.67072476139083],
    [0.9, 12.99603834169977],
    [0.5, 1.5874010519681994],
    [0.1, 0.0006],
    [0, 0],
    [-1, -Infinity],
  ])("of %f lies between the bounds of its bucket, spread as a finer schema would be", (q, expected) => {
    expect(quantile(q, POSITIVE).value).toBeCloseTo(expected, 10);
    if (q >= 0 && q <= 1) expect(quantile(1 - q, NEGATIVE).value).toBeCloseTo(-expected, 10);
  });

  it("is linear in custom buckets and does not leave the finite ones", () => {
    expect(quantile(0.5, CUSTOM).value).toBe(7.5);
    expect(quantile(1, CUSTOM).value).toBe(10);
    expect(quantile(0.125, CUSTOM).value).toBe(2.5);
  });

  it("is no number without observations", () => {
    expect(quantile(0.5, parseHistogram("{{}}")).value).toBeNaN();
    expect(quantile(Number.NaN, POSITIVE).value).toBeNaN();
  });

  it("ranks NaN observations above all others, and says so", () => {
    const withNaN = parseHistogram("{{count:4 sum:NaN buckets:[1 1]}}");
    expect(quantile(0.25, withNaN)).toEqual({
      value: 1,
      remark: "input to histogram_quantile has NaN observations, result is skewed higher",
    });
    expect(quantile(0.9, withNaN)).toEqual({
      value: Number.NaN,
      remark: "input to histogram_quantile has NaN observations, result is NaN",
    });
  });

  it("does not fall as q grows, and lies within the buckets", () => {
    fc.assert(
      fc.property(anyHistogram, share, share, (histogram, one, other) => {
        const buckets = allBuckets(histogram).filter(({ count }) => count > 0);
        // Coarse buckets far out lie beyond the doubles, and a custom one may reach over all of them.
        const isBounded = buckets.every(
          ({ lower, upper }) => Number.isFinite(lower) || Number.isFinite(upper),
        );
        fc.pre(histogram.count > 0 && isBounded);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const [below, above] = [quantile(low, histogram).value, quantile(high, histogram).value];
        const slack = 1e-9 * Math.max(Math.abs(below), Math.abs(above), 1e-30);
        expect(below).toBeLessThanOrEqual(above + slack);
        expect(below).toBeGreaterThanOrEqual((buckets[0]?.lower ?? 0) - slack);
        expect(above).toBeLessThanOrEqual((buckets.at(-1)?.upper ?? 0) + slack);
      }),
    );
  });
});

describe("the fraction", () => {
  it("is the inverse of the quantile", () => {
    expect(fraction(0, 1.5, POSITIVE).value).toBeCloseTo(0.4795739585136224, 12);
    expect(fraction(-6, -1.5, NEGATIVE).value).toBeCloseTo(0.15250624987980724, 12);
    expect(fraction(5, 10, CUSTOM).value).toBe(0.5);
    expect(quantile(fraction(-Infinity, 6, POSITIVE).value, POSITIVE).value).toBeCloseTo(6, 10);
  });

  it("is all of it between infinities, nothing where the bounds cross, and no number for none", () => {
    expect(fraction(-Infinity, Infinity, NEGATIVE).value).toBe(1);
    expect(fraction(42, 3, POSITIVE).value).toBe(0);
    expect(fraction(3, Number.NaN, POSITIVE).value).toBeNaN();
    expect(fraction(0, 1, parseHistogram("{{}}")).value).toBeNaN();
  });

  it("adds up to one on both sides of any value", () => {
    fc.assert(
      fc.property(anyHistogram, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, value) => {
        fc.pre(histogram.count > 0);
        const below = fraction(-Infinity, value, histogram).value;
        const above = fraction(value, Infinity, histogram).value;
        expect(below + above).toBeCloseTo(1, 9);
        expect(below).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("leaves NaN observations out, and says so", () => {
    expect(fraction(0, 2, parseHistogram("{{count:4 sum:NaN buckets:[1 1]}}"))).toEqual({
      value: 0.5,
      remark: "input to histogram_fraction has NaN observations, which are excluded from all fractions",
    });
  });
});

describe("the spread", () => {
  it("takes observations for the middle of their bucket", () => {
    const histogram = parseHistogram("{{schema:2 count:4 sum:10 buckets:[1 0 0 0 1 0 0 1 1]}}");
    expect(average(histogram)).toBe(2.5);
    expect(variance(histogram)).toBeCloseTo(1.163807968526718, 12);
    expect(standardDeviation(histogram)).toBeCloseTo(1.0787993180043811, 12);
    expect(variance(parseHistogram("{{}}"))).toBeNaN();
  });
});
