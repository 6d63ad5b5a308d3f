import { describe, expect, it } from "vitest";
import type { MetricFill } from "../../../../workers/contract/metric-queries.ts";
import { filled } from "../../../../workers/monitoring/own-api/interval-values.ts";

/** Two at the second interval, eight at the fifth, none before, between and after. */
const has = Uint8Array.of(0, 1, 0, 0, 1, 0);
const values = Float64Array.of(0, 2, 0, 0, 8, 0);

const valuesWith = (fill: MetricFill) => filled({ has, values }, fill).map(({ value }) => value);

describe("intervals without samples", () => {
  it("have no point", () => {
    expect(filled({ has, values }, "none")).toEqual([
      { interval: 1, value: 2 },
      { interval: 4, value: 8 },
    ]);
  });

  it.for<[MetricFill, (number | null)[]]>([
    ["null", [null, 2, null, null, 8, null]],
    ["previous", [null, 2, 2, 2, 8, 8]],
    ["linear", [null, 2, 4, 6, 8, null]],
    [-1.5, [-1.5, 2, -1.5, -1.5, 8, -1.5]],
  ])("are filled with %s", ([fill, expected]) => {
    expect(valuesWith(fill).map((value) => value && Math.round(value * 1e9) / 1e9)).toEqual(expected);
  });
});
