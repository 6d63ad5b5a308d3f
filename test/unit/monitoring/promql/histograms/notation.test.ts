import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJson } from "../../../../../workers/monitoring/promql/histograms/json.ts";
import { compact, equals } from "../../../../../workers/monitoring/promql/histograms/layout.ts";
import {
  parseHistogram,
  writeHistogram,
} from "../../../../../workers/monitoring/promql/histograms/notation.ts";
import { toText } from "../../../../../workers/monitoring/promql/histograms/text.ts";
import { anyHistogram } from "./arbitrary-histogram.ts";

describe("the notation of tests", () => {
  it("reads every key", () => {
    const text =
      "{{schema:1 count:22 sum:-Inf z_bucket:2 z_bucket_w:1e-3 offset:-3 buckets:[5 10.5 7] n_offset:2 n_buckets:[1] counter_reset_hint:gauge}}";
    expect(parseHistogram(text)).toEqual({
      schema: 1,
      zeroThreshold: 0.001,
      zeroCount: 2,
      count: 22,
      sum: -Infinity,
      positiveSpans: [{ offset: -3, length: 3 }],
      positiveBuckets: [5, 10.5, 7],
      negativeSpans: [{ offset: 2, length: 1 }],
      negativeBuckets: [1],
      customValues: [],
      resetHint: "gauge",
    });
  });

  it.each([
    "{schema:1}",
    "{{schema}}",
    "{{sum:1 sum:2}}",
    "{{colour:red}}",
    "{{sum:much}}",
    "{{counter_reset_hint:no}}",
  ])("refuses %s", (text) => {
    expect(() => parseHistogram(text)).toThrow(SyntaxError);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(anyHistogram, (histogram) => {
        const read = parseHistogram(writeHistogram(histogram));
        expect(equals(compact(read), compact(histogram))).toBe(true);
        expect(read.resetHint).toBe(histogram.resetHint);
      }),
    );
  });
});

describe("other forms", () => {
  const histogram = parseHistogram(
    "{{count:15 sum:1e100 z_bucket:3 z_bucket_w:0.0000001 buckets:[1 0 4] n_buckets:[5 2]}}",
  );

  it("writes intervals by ascending bounds", () => {
    expect(toText(histogram)).toBe(
      "{count:15, sum:1e+100, [-2,-1):2, [-1,-0.5):5, [-1e-07,1e-07]:3, (0.5,1]:1, (2,4]:4}",
    );
    expect(toText(parseHistogram("{{schema:-53 count:3 sum:1 custom_values:[2] buckets:[1 2]}}"))).toBe(
      "{count:3, sum:1, [-Inf,2]:1, (2,+Inf]:2}",
    );
  });

  it("writes the JSON of the HTTP API", () => {
    expect(toJson(histogram)).toEqual({
      count: "15",
      sum: "1e+100",
      buckets: [
        [1, "-2", "-1", "2"],
        [1, "-1", "-0.5", "5"],
        [3, "-1e-07", "1e-07", "3"],
        [0, "0.5", "1", "1"],
        [0, "2", "4", "4"],
      ],
    });
    expect(toJson(parseHistogram("{{}}"))).toEqual({ count: "0", sum: "0" });
  });
});
