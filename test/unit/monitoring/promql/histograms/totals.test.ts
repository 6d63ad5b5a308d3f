import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Samples } from "../../../../../workers/monitoring/model/samples.ts";
import { selectorsOfTotals } from "../../../../../workers/monitoring/promql/evaluate/totals-only.ts";
import { parseHistogram } from "../../../../../workers/monitoring/promql/histograms/notation.ts";
import { withoutBuckets } from "../../../../../workers/monitoring/promql/histograms/totals.ts";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { anyHistogram } from "./arbitrary-histogram.ts";

const selected = (query: string) => [...selectorsOfTotals(parse(query))].map(({ name }) => name);

describe("the selectors of whose histograms only count and sum are needed", () => {
  it.each([
    ["histogram_count(a)", ["a"]],
    ["histogram_sum(sum by (job) (rate(a[5m]))) / histogram_avg(b)", ["a", "b"]],
    ["a", []],
    ["histogram_quantile(0.9, a) + histogram_count(b)", ["b"]],
    ["histogram_count(a unless histogram_quantile(0.5, b) > 1)", ["a"]],
    ["histogram_count(a unless histogram_stddev(b) > 1)", ["a"]],
    ["histogram_count(a </ 5)", []],
    ["histogram_count(a == b)", []],
    ["histogram_count(increase(a[40m:9m]))", []],
  ])("of %s are %j", (query, expected) => {
    expect(selected(query)).toEqual(expected);
  });
});

describe("samples without buckets", () => {
  it("say by a hint what their buckets said", () => {
    const histograms = ["[1 2]", "[2 1]", "[2 3]"].map((buckets) =>
      parseHistogram(`{{count:3 sum:5 buckets:${buckets}}}`),
    );
    const samples = new Samples(Float64Array.of(0, 1, 2), new Float64Array(3).fill(Number.NaN), histograms);
    const totals = withoutBuckets(samples).histograms ?? [];
    expect(totals.map((histogram) => histogram?.resetHint)).toEqual(["unknown", "reset", "not_reset"]);
    expect(totals.every((histogram) => histogram?.positiveBuckets.length === 0)).toBe(true);
  });

  it("keep counts, sums, hints that there are, and floats", () => {
    fc.assert(
      fc.property(anyHistogram, (histogram) => {
        const samples = new Samples(Float64Array.of(0, 1), Float64Array.of(7, Number.NaN), [null, histogram]);
        const { values, histograms } = withoutBuckets(samples);
        expect(values[0]).toBe(7);
        expect(histograms?.[0]).toBeNull();
        const { schema, count, sum, resetHint } = histogram;
        expect(histograms?.[1]).toMatchObject({ schema, count, sum, resetHint });
      }),
    );
  });
});
