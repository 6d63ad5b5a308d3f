import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histogramIsSound } from "../../../../workers/monitoring/ingest/histogram-check.ts";
import { parseHistogram } from "../../../../workers/monitoring/promql/histograms/notation.ts";
import { anyHistogram } from "../promql/histograms/arbitrary-histogram.ts";

describe("histogramIsSound", () => {
  it("takes what is made by the rules", () => {
    fc.assert(fc.property(anyHistogram, (histogram) => histogramIsSound(histogram)));
  });

  it.each([
    "{{schema:9}}",
    "{{schema:0.5}}",
    "{{buckets:[1 -1]}}",
    "{{n_buckets:[-1]}}",
    "{{z_bucket:-1}}",
    "{{offset:2000000 buckets:[1]}}",
    "{{z_bucket_w:NaN}}",
    "{{z_bucket_w:Inf}}",
    "{{z_bucket_w:-1}}",
    "{{count:-1}}",
    "{{custom_values:[1]}}",
    "{{schema:-53 custom_values:[2 1]}}",
    "{{schema:-53 custom_values:[Inf]}}",
    "{{schema:-53 custom_values:[1] buckets:[1 2 3]}}",
    "{{schema:-53 custom_values:[1] z_bucket:1}}",
    "{{schema:-53 custom_values:[1] z_bucket_w:1}}",
    "{{schema:-53 custom_values:[1] n_buckets:[1]}}",
  ])("refuses %s", (text) => {
    expect(histogramIsSound(parseHistogram(text))).toBe(false);
  });

  it("refuses spans that do not cover the buckets or go backwards", () => {
    const histogram = parseHistogram("{{buckets:[1 2]}}");
    const span = { offset: 0, length: 1 };
    expect(histogramIsSound({ ...histogram, positiveSpans: [span] })).toBe(false);
    expect(histogramIsSound({ ...histogram, positiveSpans: [span, { offset: -1, length: 1 }] })).toBe(false);
  });
});
