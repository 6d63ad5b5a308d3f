import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callRange } from "./call.ts";
import { customHistogram, nativeHistogram } from "./histogram.ts";

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const windowful = fc.array(finite, { minLength: 1, maxLength: 50 });

function overTime(name: string, values: readonly number[], ...scalars: number[]) {
  const samples = values.map((value, index) => [index + 1, value] as const);
  return callRange(`${name}_over_time`, { samples, start: 0, end: values.length, scalars }).value;
}

/** By the definition: between the two nearest of the sorted values. */
function quantileOf(q: number, values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = q * (sorted.length - 1);
  const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low + (high - low) * (rank % 1);
}

describe("functions over time", () => {
  it("are what their names say", () => {
    fc.assert(
      fc.property(windowful, (values) => {
        const count = values.length;
        const sum = values.reduce((total, value) => total + value, 0);
        const variance = values.reduce((total, value) => total + (value - sum / count) ** 2, 0) / count;
        expect(overTime("sum", values)).toBeCloseTo(sum, 4);
        expect(overTime("avg", values)).toBeCloseTo(sum / count, 5);
        expect(Number(overTime("stdvar", values)) / (variance + 1)).toBeCloseTo(variance / (variance + 1), 6);
        expect(overTime("stddev", values)).toBeCloseTo(Math.sqrt(variance), 3);
        expect(overTime("min", values)).toBe(Math.min(...values));
        expect(overTime("max", values)).toBe(Math.max(...values));
        expect(overTime("count", values)).toBe(count);
        expect(overTime("present", values)).toBe(1);
        expect(overTime("first", values)).toBe(values[0]);
        expect(overTime("last", values)).toBe(values.at(-1));
        expect(overTime("ts_of_first", values)).toBe(1);
        expect(overTime("ts_of_last", values)).toBe(count);
        expect(overTime("ts_of_max", values)).toBe(values.lastIndexOf(Math.max(...values)) + 1);
        expect(overTime("ts_of_min", values)).toBe(values.lastIndexOf(Math.min(...values)) + 1);
      }),
    );
  });

  it("find quantiles between the nearest values", () => {
    fc.assert(
      fc.property(windowful, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        expect(overTime("quantile", values, q)).toBeCloseTo(quantileOf(q, values), 5);
        const median = quantileOf(0.5, values);
        const distances = values.map((value) => Math.abs(value - median));
        expect(overTime("mad", values)).toBeCloseTo(quantileOf(0.5, distances), 5);
      }),
    );
  });

  it("rank NaN below every value", () => {
    expect(overTime("quantile", [3, Number.NaN, 1], 0)).toBeNaN();
    expect(overTime("quantile", [3, Number.NaN, 1], 0.5)).toBe(1);
    expect(overTime("quantile", [3, Number.NaN, 1], 1)).toBe(3);
    expect(overTime("min", [Number.NaN, 3, Number.NaN, 1])).toBe(1);
    expect(overTime("max", [Number.NaN, 3, Number.NaN, 1])).toBe(3);
    expect(overTime("max", [Number.NaN, Number.NaN])).toBeNaN();
  });

  it("answer quantiles beyond 0 and 1 with infinities and a warning", () => {
    const samples = [[1, 5]] as const;
    const call = (q: number) => callRange("quantile_over_time", { samples, start: 0, end: 2, scalars: [q] });
    const remark = (q: string) => [`warning 0: quantile value should be between 0 and 1, got ${q}`];
    expect(call(-0.1)).toEqual({ value: -Infinity, remarks: remark("-0.1") });
    expect(call(1.5)).toEqual({ value: Infinity, remarks: remark("1.5") });
    expect(call(Number.NaN)).toEqual({ value: Number.NaN, remarks: remark("NaN") });
    expect(call(1e7).remarks).toEqual(remark("1e+07"));
  });

  it("lose nothing where large values cancel out", () => {
    expect(overTime("sum", [1, 1e100, 1, -1e100])).toBe(2);
    expect(overTime("avg", [1, 1e100, 1, -1e100])).toBe(0.5);
    expect(overTime("stddev", [1e15 + 1, 1e15 + 3])).toBe(1);
  });

  it("average what overflows as a sum, and infinities as they come", () => {
    const most = Number.MAX_VALUE;
    expect(overTime("avg", [most, most, most])).toBeCloseTo(most, -300);
    expect(overTime("sum", [most, most])).toBe(Infinity);
    expect(overTime("avg", [Infinity, 1])).toBe(Infinity);
    expect(overTime("avg", [1, -Infinity, 1])).toBe(-Infinity);
    expect(overTime("avg", [Infinity, -Infinity])).toBeNaN();
    expect(overTime("avg", [1, Number.NaN])).toBeNaN();
  });

  it("add and average histograms, but not among floats", () => {
    const two = [
      [1, nativeHistogram([1, 2])],
      [2, nativeHistogram([3, 0])],
    ] as const;
    const call = { samples: two, start: 0, end: 2 };
    expect(callRange("sum_over_time", call).value).toMatchObject({ count: 6, positiveBuckets: [4, 2] });
    expect(callRange("avg_over_time", call).value).toMatchObject({ count: 3, positiveBuckets: [2, 1] });
    expect(callRange("last_over_time", call).value).toBe(two[1][1]);
    expect(callRange("count_over_time", call).value).toBe(2);
    for (const name of ["sum_over_time", "avg_over_time"]) {
      expect(callRange(name, { ...call, samples: [...two, [3, 1]] })).toEqual({
        value: null,
        remarks: ['warning 0: encountered a mix of histograms and floats for metric name "requests_total"'],
      });
      const unlike = [...two, [3, customHistogram([1], [1])]] as const;
      expect(callRange(name, { ...call, samples: unlike }).value).toBeNull();
    }
  });

  it("remark on histograms that hint at unlike restarts or have unlike bounds", () => {
    const samples = [
      [1, { ...customHistogram([1, 1], [1]), resetHint: "reset" }],
      [2, { ...customHistogram([1, 1, 1], [1, 2]), resetHint: "not_reset" }],
    ] as const;
    expect(callRange("sum_over_time", { samples, start: 0, end: 2 }).remarks).toEqual([
      "warning 0: conflicting counter resets during histogram aggregation",
      "info 0: mismatched custom buckets were reconciled during aggregation",
    ]);
  });

  it("of floats leave histograms out and say so", () => {
    const samples = [
      [1, 7],
      [2, nativeHistogram([1])],
      [3, 3],
    ] as const;
    const remark =
      'info 0: ignored histograms in a range containing both floats and histograms for metric name "requests_total"';
    expect(callRange("max_over_time", { samples, start: 0, end: 3 })).toEqual({
      value: 7,
      remarks: [remark],
    });
    expect(callRange("ts_of_min_over_time", { samples, start: 0, end: 3 }).value).toBe(3);
    const one = { samples: samples.slice(0, 2), start: 0, end: 3 };
    expect(callRange("deriv", one)).toEqual({ value: null, remarks: [remark] });
    const none = { samples: samples.slice(1, 2), start: 0, end: 3 };
    expect(callRange("stddev_over_time", none)).toEqual({ value: null, remarks: [] });
  });
});

describe("deriv and predict_linear", () => {
  it("find the line that values lie on", () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.integer({ min: -99, max: 99 }), finite, (unsorted, slope, intercept) => {
        const samples = unsorted
          .sort((left, right) => left - right)
          .map((time) => [time, slope * time + intercept] as const);
        const call = { samples, start: 0, end: 1000 };
        expect(callRange("deriv", call).value).toBeCloseTo(slope, 3);
        const { value } = callRange("predict_linear", { ...call, scalars: [Number.NaN, 500] });
        expect(Number(value) / 1e6).toBeCloseTo((slope * 1500 + intercept) / 1e6, 3);
      }),
    );
  });

  it("take equal values for a level line, infinite ones for none", () => {
    const call = { start: 0, end: 10, scalars: [Number.NaN, 60] };
    const level = [
      [1, 0.1],
      [2, 0.1],
      [3, 0.1],
    ] as const;
    expect(callRange("deriv", { ...call, samples: level }).value).toBe(0);
    expect(callRange("predict_linear", { ...call, samples: level }).value).toBe(0.1);
    const infinite = [
      [1, Infinity],
      [2, Infinity],
    ] as const;
    expect(callRange("deriv", { ...call, samples: infinite }).value).toBeNaN();
  });
});

describe("double_exponential_smoothing", () => {
  const samples = [1, 2, 3, 4, 5].map((value) => [value, value * 10] as const);
  const call = (smoothing: number, trend: number) =>
    callRange("double_exponential_smoothing", {
      samples,
      start: 0,
      end: 5,
      scalars: [Number.NaN, smoothing, trend],
    }).value;

  it("follows a steady trend exactly", () => {
    expect(call(0.5, 0.5)).toBeCloseTo(50, 10);
    expect(call(0.1, 0.9)).toBeCloseTo(50, 10);
  });

  it("refuses factors that are not between 0 and 1", () => {
    expect(() => call(1, 0.5)).toThrow("invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000");
    expect(() => call(0.5, -1)).toThrow("invalid trend factor. Expected: 0 < tf < 1, got: -1.000000");
  });
});
