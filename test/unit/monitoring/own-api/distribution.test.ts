import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Distribution } from "../../../../workers/monitoring/own-api/distribution.ts";
import { SKETCH_ERROR } from "../../../../workers/monitoring/own-api/quantile-sketch.ts";

const ranks = [0, 0.5, 0.9, 0.99, 1];
const number = fc
  .double({ min: -1e300, max: 1e300, noNaN: true })
  .filter((x) => x === 0 || Math.abs(x) > 1e-300);
const values = fc.array(fc.oneof(number, fc.constantFrom(Infinity, -Infinity)), {
  minLength: 1,
  maxLength: 200,
});

function distributionOf(values: readonly number[], maxExact: number): Distribution {
  const distribution = new Distribution(maxExact);
  for (const value of values) distribution.add(value);
  return distribution;
}

describe("a distribution", () => {
  it("is exact while the values are few", () => {
    const distribution = distributionOf([3, 1, 4, 1, 5], 5);
    expect(ranks.map((rank) => distribution.percentile(rank))).toEqual([1, 3, 4.6, 4.96, 5]);
    expect(distribution.error).toBe(0);
  });

  it("takes infinities as values", () => {
    const distribution = distributionOf([1, 2, Infinity], 5);
    expect([0.5, 0.75, 1].map((rank) => distribution.percentile(rank))).toEqual([2, Infinity, Infinity]);
  });

  it("is as near as it says beyond", () => {
    fc.assert(
      fc.property(values, (values) => {
        const distribution = distributionOf(values, 0);
        const sorted = Float64Array.from(values).sort();
        for (const rank of ranks) {
          const exact = sorted[Math.floor(rank * (sorted.length - 1))] ?? 0;
          const found = distribution.percentile(rank);
          if (Number.isFinite(exact))
            expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * SKETCH_ERROR * (1 + 1e-9));
          else expect(found).toBe(exact);
        }
        expect(distribution.error).toBe(SKETCH_ERROR);
      }),
    );
  });

  it("goes on from the values that it has", () => {
    const distribution = distributionOf(
      Array.from({ length: 3000 }, (_, i) => i),
      2000,
    );
    expect(distribution.percentile(0.9) / 2699).toBeCloseTo(1, 1);
  });
});
