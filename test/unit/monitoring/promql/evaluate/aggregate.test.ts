import { describe, expect, it } from "vitest";
import { rangeQuery } from "../../../../../workers/monitoring/promql/evaluate/query.ts";
import { nativeHistogram } from "../functions/histogram.ts";
import { ask, atZero } from "./ask.ts";
import { every, memoryStorage, type Point } from "./memory-storage.ts";

function values(...all: readonly Point[1][]): ReturnType<typeof atZero> {
  return atZero(...all.map((value, index) => [{ __name__: "x", i: String(index) }, value] as const));
}

describe("aggregations", () => {
  it.each([
    ["max", [Number.NaN, 2, Number.NaN, 1], 2],
    ["max", [Number.NaN], Number.NaN],
    ["min", [Number.NaN, 2, 1, 3], 1],
    ["count", [Number.NaN, 2], 2],
    ["group", [7, 8], 1],
    ["sum", [1e100, 1, -1e100], 1],
    ["sum", [Infinity, 1], Infinity],
    ["sum", [Infinity, -Infinity], Number.NaN],
    ["avg", [1e308, 1e308, 1e308], 1e308],
    ["avg", [Infinity, 1], Infinity],
    ["avg", [1, Infinity, -Infinity], Number.NaN],
    ["stdvar", [1, 3, 5, 7], 5],
    ["stddev", [Infinity], Number.NaN],
  ] as const)("%s of %j is %d", async (operator, inputs, expected) => {
    const { elements } = await ask(`${operator}(x)`, values(...inputs));
    expect(elements["{}"]).toBe(expected);
  });

  it("group by labels, or by all but some and the name", async () => {
    const series = atZero(
      [{ __name__: "x", job: "a", i: "1" }, 1],
      [{ __name__: "x", job: "a", i: "2" }, 2],
      [{ __name__: "x", job: "b", i: "1" }, 4],
    );
    expect((await ask("sum by (job) (x)", series)).elements).toEqual({ '{"job":"a"}': 3, '{"job":"b"}': 4 });
    expect((await ask("sum without (job) (x)", series)).elements).toEqual({ '{"i":"1"}': 5, '{"i":"2"}': 2 });
    expect((await ask("sum by (nothing) (x)", series)).elements).toEqual({ "{}": 7 });
  });

  it("sum and average histograms", async () => {
    const series = values(nativeHistogram([1, 2]), nativeHistogram([3]));
    expect((await ask("sum(x)", series)).elements).toEqual({ "{}": "histogram of 6, unknown" });
    expect((await ask("avg(x)", series)).elements).toEqual({ "{}": "histogram of 3, unknown" });
  });

  it("have no result for histograms beside floats", async () => {
    expect(await ask("sum(x)", values(1, nativeHistogram([1])))).toEqual({
      elements: {},
      remarks: ["PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)"],
    });
  });

  it.each(["min", "max", "stddev", "stdvar", "topk", "bottomk", "quantile"])(
    "%s ignores histograms",
    async (operator) => {
      const parameter = /k$|quantile/.test(operator) ? "1, " : "";
      const { elements, remarks } = await ask(`${operator}(${parameter}x)`, values(nativeHistogram([1]), 4));
      expect(Object.values(elements)).toEqual([operator.startsWith("std") ? 0 : 4]);
      expect(remarks).toEqual([expect.stringContaining(`ignored histogram in ${operator} aggregation`)]);
    },
  );

  it("remark on counters of which only some began anew", async () => {
    const hinted = (resetHint: "reset" | "not_reset") => nativeHistogram([1], { resetHint });
    const { remarks } = await ask("sum(x)", values(hinted("reset"), hinted("not_reset")));
    expect(remarks).toEqual([
      "PromQL warning: conflicting counter resets during histogram aggregation (1:5)",
    ]);
  });

  it("count values as Go writes them", async () => {
    const series = values(1, 1, 1e21, -0.5e-7, Infinity);
    expect((await ask('count_values("v", x)', series)).elements).toEqual({
      '{"v":"1"}': 2,
      '{"v":"1000000000000000000000"}': 1,
      '{"v":"-0.00000005"}': 1,
      '{"v":"+Inf"}': 1,
    });
    await expect(ask('count_values("", x)', series)).rejects.toThrow('invalid label name ""');
  });

  it("take parameters that differ from step to step", async () => {
    const storage = memoryStorage([
      every(60_000, { __name__: "x", i: "1" }, [1, 1, 1]),
      every(60_000, { __name__: "x", i: "2" }, [2, 2, 2]),
    ]);
    const { value } = await rangeQuery({
      query: "topk(scalar(vector(time() / 60)), x)",
      storage,
      start: 0,
      end: 120_000,
      step: 60_000,
    });
    expect(value.series.map(({ samples }) => [...samples.times])).toEqual([[120_000], [60_000, 120_000]]);
  });

  it.each([
    ["topk(NaN, x)", "Parameter value is NaN"],
    ["topk(1e300, x)", "Scalar value 1e+300 overflows int64"],
    ["limit_ratio(NaN, x)", "Ratio value is NaN"],
  ])("refuse a parameter: %s", async (query, message) => {
    await expect(ask(query, values(1))).rejects.toThrow(message);
  });

  it("warn of quantiles and ratios beyond their bounds", async () => {
    expect((await ask("quantile(2, x)", values(1))).remarks).toEqual([
      "PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)",
    ]);
    expect((await ask("limit_ratio(-1.5, x)", values(1, 2))).remarks).toEqual([
      "PromQL warning: ratio value should be between -1 and 1, got -1.5, capping to -1 (1:13)",
    ]);
  });

  it("split series by a ratio and its complement", async () => {
    const series = values(...Array.from({ length: 200 }, (_, index) => index));
    const share = Object.keys((await ask("limit_ratio(0.3, x)", series)).elements);
    const others = Object.keys((await ask("limit_ratio(-0.7, x)", series)).elements);
    expect(share.length).toBeGreaterThan(30);
    expect(share.length).toBeLessThan(90);
    expect(new Set([...share, ...others]).size).toBe(200);
    expect(share.length + others.length).toBe(200);
  });
});
