import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callElement } from "./call.ts";
import { customHistogram, nativeHistogram } from "./histogram.ts";

describe("functions of elements", () => {
  it.each([
    ["abs", -1.5, 1.5],
    ["ceil", 1.2, 2],
    ["floor", -1.2, -2],
    ["sgn", -3, -1],
    ["sgn", 3, 1],
    ["sgn", 0, 0],
    ["sgn", Number.NaN, Number.NaN],
    ["sqrt", -1, Number.NaN],
    ["ln", 0, -Infinity],
    ["log2", 8, 3],
    ["log10", 1000, 3],
    ["exp", 0, 1],
    ["deg", Math.PI, 180],
    ["rad", 90, Math.PI / 2],
    ["acosh", 0.5, Number.NaN],
    ["atanh", 1, Infinity],
  ])("%s(%d) is %d", (name, value, expected) => {
    expect(callElement(name, value)).toBe(expected);
  });

  it("are inverse to each other where they should be", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (value) => {
        for (const name of ["sin", "cos", "tan", "sinh", "tanh"]) {
          const there = callElement(`a${name}`, value);
          expect(callElement(name, Number(there))).toBeCloseTo(value, 10);
        }
      }),
    );
  });

  it("round to a multiple, a half up", () => {
    expect(callElement("round", 2.5)).toBe(3);
    expect(callElement("round", -2.5)).toBe(-2);
    expect(callElement("round", 17, 5)).toBe(15);
    expect(callElement("round", 1.23, 0.1)).toBeCloseTo(1.2, 10);
    expect(callElement("round", Infinity)).toBe(Infinity);
  });

  it("clamp, to nothing between bounds that cross", () => {
    expect(callElement("clamp", 7, 0, 5)).toBe(5);
    expect(callElement("clamp", -7, 0, 5)).toBe(0);
    expect(callElement("clamp", 1, 5, 0)).toBeNull();
    expect(callElement("clamp", Number.NaN, 0, 5)).toBeNaN();
    expect(callElement("clamp", 1, Number.NaN, 5)).toBeNaN();
    expect(callElement("clamp_min", -7, 0)).toBe(0);
    expect(callElement("clamp_max", 7, 0)).toBe(0);
  });

  it("read dates in UTC", () => {
    const leapDay = Date.UTC(2024, 1, 29, 23, 59, 58) / 1000;
    const parts = { minute: 59, hour: 23, day_of_week: 4, day_of_month: 29, day_of_year: 60 };
    for (const [name, expected] of Object.entries({ ...parts, days_in_month: 29, month: 2, year: 2024 })) {
      expect(callElement(name, leapDay + 0.9)).toBe(expected);
    }
    expect(callElement("year", -1)).toBe(1969);
    expect(callElement("days_in_month", Date.UTC(2023, 0, 31) / 1000)).toBe(31);
    expect(callElement("days_in_month", Date.UTC(1900, 1, 1) / 1000)).toBe(28);
    expect(callElement("day_of_year", Date.UTC(2023, 11, 31, 12) / 1000)).toBe(365);
    // Go makes the least integer of NaN on amd64, and Prometheus answers the hour of that time.
    expect(callElement("hour", Number.NaN)).toBe(15);
  });

  it("leave out elements of the other kind", () => {
    for (const name of ["abs", "round", "hour", "sin"])
      expect(callElement(name, nativeHistogram([1]))).toBeNull();
    expect(callElement("clamp_min", nativeHistogram([1]), 0)).toBeNull();
    for (const name of ["count", "sum", "avg", "stddev"]) {
      expect(callElement(`histogram_${name}`, 1)).toBeNull();
    }
  });

  it("take native histograms apart", () => {
    const histogram = nativeHistogram([1, 3], { sum: 6 });
    expect(callElement("histogram_count", histogram)).toBe(4);
    expect(callElement("histogram_sum", histogram)).toBe(6);
    expect(callElement("histogram_avg", histogram)).toBe(1.5);
    const custom = { ...customHistogram([0, 2, 2], [1, 3, 5]), sum: 12 };
    expect(callElement("histogram_stdvar", custom)).toBe(1);
    expect(callElement("histogram_stddev", custom)).toBe(1);
    expect(callElement("histogram_avg", nativeHistogram([]))).toBeNaN();
  });
});
