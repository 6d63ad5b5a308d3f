import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Histogram } from "../../../../../workers/monitoring/model/histogram.ts";
import { HistogramAggregate } from "../../../../../workers/monitoring/promql/histograms/aggregate.ts";
import { allBuckets } from "../../../../../workers/monitoring/promql/histograms/buckets.ts";
import { fromClassic } from "../../../../../workers/monitoring/promql/histograms/classic.ts";
import { compact, equals } from "../../../../../workers/monitoring/promql/histograms/layout.ts";
import {
  parseHistogram,
  writeHistogram,
} from "../../../../../workers/monitoring/promql/histograms/notation.ts";
import { exponentialHistogram } from "./arbitrary-histogram.ts";

function aggregated(kind: "sum" | "avg", histograms: readonly Histogram[]): HistogramAggregate {
  const [first = parseHistogram("{{}}"), ...others] = histograms;
  const aggregate = new HistogramAggregate(kind, first);
  for (const histogram of others) expect(aggregate.add(histogram)).toBe(true);
  return aggregate;
}

const countIn = (histogram: Histogram) => allBuckets(histogram).reduce((sum, { count }) => sum + count, 0);
const histogramsOf = (...texts: string[]) => texts.map((text) => parseHistogram(`{{${text}}}`));

describe("aggregating", () => {
  it("does not lose small sums among large ones", () => {
    const histograms = histogramsOf(
      "count:1 sum:3.1",
      "sum:1e100 buckets:[1]",
      "sum:-1e100",
      "sum:1.3 buckets:[2]",
    );
    expect(writeHistogram(aggregated("sum", histograms).result())).toBe("{{count:1 sum:4.4 buckets:[3]}}");
    expect(aggregated("avg", histograms).result().sum).toBeCloseTo(1.1, 12);
  });

  it("has an average where the sum overflows", () => {
    const histograms = histogramsOf("count:1.7e308 sum:1", "count:1.5e308 sum:2", "count:1e308 sum:6");
    expect(aggregated("sum", histograms).result().count).toBe(Infinity);
    const average = aggregated("avg", histograms).result();
    expect(average.count / 1.4e308).toBeCloseTo(1, 12);
    expect(average.sum).toBeCloseTo(3, 12);
  });

  it("counts everything in whatever order", () => {
    fc.assert(
      fc.property(fc.array(exponentialHistogram, { minLength: 1, maxLength: 5 }), (histograms) => {
        const [forth, back] = [histograms, histograms.toReversed()].map((all) =>
          aggregated("sum", all).result(),
        );
        if (forth === undefined || back === undefined) throw new Error("two were made");
        const count = histograms.reduce((sum, histogram) => sum + histogram.count, 0);
        for (const order of [histograms, histograms.toReversed()]) {
          const sum = aggregated("sum", order).result();
          expect([sum.count, countIn(sum)]).toEqual([count, count]);
        }
      }),
    );
  });

  it("is the histogram itself for one", () => {
    fc.assert(
      fc.property(exponentialHistogram, fc.constantFrom("sum", "avg"), (histogram, kind) => {
        expect(equals(aggregated(kind, [histogram]).result(), compact(histogram))).toBe(true);
      }),
    );
  });

  it("tells what to remark on", () => {
    const custom = histogramsOf(
      "schema:-53 custom_values:[1 2] buckets:[1]",
      "schema:-53 custom_values:[2] buckets:[1]",
    );
    expect(aggregated("sum", custom)).toMatchObject({ reconciledBounds: true, conflictingResets: false });
    const resets = histogramsOf("counter_reset_hint:reset", "", "counter_reset_hint:not_reset");
    expect(aggregated("avg", resets)).toMatchObject({ reconciledBounds: false, conflictingResets: true });
    expect(
      new HistogramAggregate("sum", resets[0] ?? parseHistogram("{{}}")).add(
        custom[0] ?? parseHistogram("{{}}"),
      ),
    ).toBe(false);
  });
});

describe("a classic histogram", () => {
  it("becomes a native one with custom buckets", () => {
    const buckets = new Map([
      [1, 5],
      [0.5, 2],
      [Infinity, 9],
    ]);
    expect(fromClassic({ buckets, count: 9, sum: 7 })).toEqual(
      parseHistogram("{{schema:-53 count:9 sum:7 custom_values:[0.5 1] buckets:[2 3 4]}}"),
    );
    expect(fromClassic({ buckets: [[1, 5]], count: null, sum: 0 })).toMatchObject({
      count: 5,
      customValues: [1],
    });
  });

  it.each([
    [
      [
        [1, 5],
        [2, 4],
      ],
      5,
      "cumulative",
    ],
    [[[Infinity, 5]], 6, "count differs"],
    [[], null, "without buckets"],
  ] as const)("does not of %j with a count of %s", (buckets, count, reason) => {
    expect(() => fromClassic({ buckets, count, sum: 1 })).toThrow(reason);
  });
});
