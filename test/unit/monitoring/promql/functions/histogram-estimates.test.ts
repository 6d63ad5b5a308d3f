import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callVector, scalarOf, textOf, type Value, vectorOf } from "./call.ts";
import { nativeHistogram } from "./histogram.ts";

type Buckets = Record<string, number | null>;

const rowsOf = (buckets: Buckets, labels: Record<string, string> = { __name__: "h_bucket" }) =>
  Object.entries(buckets).map(([le, count]) => [{ ...labels, le }, count] as const);

async function quantile(q: number, buckets: Buckets): Promise<Value | undefined> {
  const { value } = await callVector("histogram_quantile", 1, [scalarOf(q), vectorOf(...rowsOf(buckets))]);
  return value[0]?.[1];
}

async function fraction(lower: number, upper: number, buckets: Buckets): Promise<Value | undefined> {
  const bounds = [scalarOf(lower), scalarOf(upper)];
  return (await callVector("histogram_fraction", 1, [...bounds, vectorOf(...rowsOf(buckets))])).value[0]?.[1];
}

const UNEVEN = { "0.1": 5, "0.2": 5, "+Inf": 10, "1": 9, "5e-1": 7 };

describe("histogram_quantile of classic buckets", () => {
  it.each([
    [0.25, { "1": 10, "+Inf": 10 }, 0.25],
    [0, { "1": 10, "+Inf": 10 }, 0],
    [0.5, { "-1": 10, "+Inf": 10 }, -1],
    [0.95, UNEVEN, 1],
    [0.5, UNEVEN, 0.1],
    [0.6, UNEVEN, 0.35],
    [0.8, UNEVEN, 0.75],
    [0.5, { "1": 0, "+Inf": 0 }, Number.NaN],
    [0.5, { "+Inf": 5 }, Number.NaN],
    [0.5, { "1": 5, "2": 6 }, Number.NaN],
    [-0.5, UNEVEN, -Infinity],
    [1.5, UNEVEN, Infinity],
    [Number.NaN, UNEVEN, Number.NaN],
  ])("of %d in %j is %d", async (q, buckets, expected) => {
    const value = await quantile(q, buckets);
    if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 10);
    else expect(value).toBe(expected);
  });

  it("lies in the bucket that the ranked observation fell into", async () => {
    const observation = fc.double({ min: 0.01, max: 9.99, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(observation, { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (observations, q) => {
          const bounds = [1, 2, 5, 10];
          const counted = bounds.map((bound) => [
            `${bound}`,
            observations.filter((each) => each <= bound).length,
          ]);
          const buckets = Object.fromEntries([...counted, ["+Inf", observations.length]]);
          const sorted = [...observations].sort((left, right) => left - right);
          const ranked = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
          const upper = bounds.find((bound) => bound >= ranked) ?? 0;
          const value = Number(await quantile(q, buckets));
          expect(value).toBeLessThanOrEqual(upper);
          expect(value).toBeGreaterThanOrEqual(bounds[bounds.indexOf(upper) - 1] ?? 0);
          const share = await fraction(-Infinity, value, buckets);
          expect(Number(share)).toBeCloseTo(q, 8);
        },
      ),
    );
  });

  it("keeps histograms of other labels and names apart, and drops the name", async () => {
    const rows = [
      ...rowsOf({ "1": 1, "+Inf": 1 }, { __name__: "h_bucket", job: "a" }),
      ...rowsOf({ "2": 1, "+Inf": 1 }, { __name__: "h_bucket", job: "b" }),
    ];
    const { value } = await callVector("histogram_quantile", 1, [scalarOf(1), vectorOf(...rows)]);
    expect(value).toEqual([
      [{ job: "a" }, 1],
      [{ job: "b" }, 2],
    ]);
    const alike = [
      ...rowsOf({ "1": 1, "+Inf": 1 }),
      ...rowsOf({ "2": 1, "+Inf": 1 }, { __name__: "g_bucket" }),
    ];
    const call = callVector("histogram_quantile", 1, [scalarOf(1), vectorOf(...alike)]);
    await expect(call).rejects.toThrow("vector cannot contain metrics with the same labelset");
  });

  it("raises counts that fall, and says where", async () => {
    const rows = rowsOf({ "1": 10, "2": 7, "3": 7.5, "4": 12, "+Inf": 11 });
    const { value, remarks } = await callVector("histogram_quantile", 1, [scalarOf(0.5), vectorOf(...rows)]);
    expect(value).toEqual([[{}, 0.6]]);
    expect(remarks).toEqual([
      "info 1: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile), from buckets 2 to +Inf, with a max diff of 3, over 1 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:00:00Z",
    ]);
  });

  it("gathers repairs of all steps into one remark", async () => {
    const rows = [
      [{ __name__: "h", le: "1" }, 5, 5, 1, 5],
      [{ __name__: "h", le: "2" }, 4, 2, 1, null],
      [{ __name__: "h", le: "+Inf" }, 5, 5, 1, 4],
    ] as const;
    const arguments_ = [scalarOf(0.5, 0.5, 0.5, 0.5), vectorOf(...rows)];
    const { remarks } = await callVector("histogram_quantile", 4, arguments_, { delayedNameRemoval: true });
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toContain(
      ' for metric name "h", from buckets 2 to +Inf, with a max diff of 3, over 3 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:03:00Z',
    );
  });

  it("takes counts for equal that differ by rounding", async () => {
    const rows = rowsOf({ "1": 1, "2": 1 - 1e-13, "+Inf": 1 + 1e-13 });
    const { value, remarks } = await callVector("histogram_quantile", 1, [scalarOf(1), vectorOf(...rows)]);
    expect(value).toEqual([[{}, 1]]);
    expect(remarks).toEqual([]);
  });

  it("remarks on buckets without a bound, and on quantiles that are none", async () => {
    const rows = [...rowsOf({ "1": 1, "+Inf": 1, many: 1 }), [{ __name__: "h_bucket" }, 1] as const];
    const { value, remarks } = await callVector("histogram_quantile", 1, [scalarOf(2), vectorOf(...rows)]);
    expect(value).toEqual([[{}, Infinity]]);
    expect(remarks).toEqual([
      "warning 0: quantile value should be between 0 and 1, got 2",
      'warning 1: bucket label "le" is missing or has a malformed value of "many" for metric name "h_bucket"',
      'warning 1: bucket label "le" is missing or has a malformed value of "" for metric name "h_bucket"',
    ]);
  });
});

describe("histogram_fraction of classic buckets", () => {
  const buckets = { "1": 10, "2": 20, "+Inf": 40 };

  it.each([
    [0, 1, 0.25],
    [0.5, 1.5, 0.25],
    [-Infinity, Infinity, 1],
    [2, Infinity, 0.5],
    [2, 100, 0],
    [5, 1, 0],
    [-5, 0, 0],
    [Number.NaN, 1, Number.NaN],
  ])("between %d and %d is %d", async (lower, upper, expected) => {
    expect(await fraction(lower, upper, buckets)).toBe(expected);
  });

  it("is unknown without observations or without an infinite bucket", async () => {
    expect(await fraction(0, 1, { "1": 0, "+Inf": 0 })).toBeNaN();
    expect(await fraction(0, 1, { "1": 5 })).toBeNaN();
  });
});

describe("native histograms", () => {
  const native = nativeHistogram([1, 3]);

  it("are estimated beside classic ones, each at its steps", async () => {
    const rows = [
      [{ __name__: "h", job: "a" }, native, null],
      [{ __name__: "h", job: "a", le: "1" }, null, 4],
      [{ __name__: "h", job: "a", le: "+Inf" }, null, 4],
    ] as const;
    const { value, remarks } = await callVector("histogram_quantile", 2, [scalarOf(1, 1), vectorOf(...rows)]);
    expect(value).toEqual([[{ job: "a" }, 2, 1]]);
    expect(remarks).toEqual([]);
  });

  it("give nothing where classic buckets of the same name stand at the same time", async () => {
    const rows = [[{ __name__: "h" }, native] as const, ...rowsOf({ "1": 4, "+Inf": 4 }, { __name__: "h" })];
    expect(await callVector("histogram_fraction", 1, [scalarOf(0), scalarOf(1), vectorOf(...rows)])).toEqual({
      value: [],
      remarks: ['warning 2: vector contains a mix of classic and native histograms for metric name "h"'],
    });
  });

  it("get a series for each quantile that is asked for", async () => {
    const rows = rowsOf({ "1": 10, "+Inf": 10 });
    const quantiles = [scalarOf(0.5), scalarOf(1)];
    const { value } = await callVector("histogram_quantiles", 1, [
      vectorOf(...rows),
      textOf("q"),
      ...quantiles,
    ]);
    expect(value).toEqual([
      [{ q: "0.5" }, 0.5],
      [{ q: "1.0" }, 1],
    ]);
  });
});
