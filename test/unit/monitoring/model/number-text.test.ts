import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundText, floatText } from "../../../../workers/monitoring/model/number-text.ts";

describe("floatText", () => {
  test.each([
    [0, "0"],
    [-0, "-0"],
    [12.5, "12.5"],
    [123456789, "123456789"],
    [1e20, "100000000000000000000"],
    [1e21, "1e+21"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-1.5e-300, "-1.5e-300"],
    [Number.NaN, "NaN"],
    [Infinity, "+Inf"],
    [-Infinity, "-Inf"],
  ])("writes %d as %s", (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  test("loses nothing", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(floatText(value))).toBe(value);
      }),
    );
  });
});

describe("boundText", () => {
  test.each([
    [1, "1.0"],
    [-10, "-10.0"],
    [0.25, "0.25"],
    [100_000, "100000.0"],
    [1_000_000, "1e+06"],
    [1_234_567, "1.234567e+06"],
    [0.00005, "5e-05"],
    [Infinity, "+Inf"],
  ])("writes %d as %s", (value, text) => {
    expect(boundText(value)).toBe(text);
  });
});
