import { describe, expect, test } from "vitest";
import { NOW, samplesOf } from "./read-batch.ts";
import type { SentHistogram } from "./remote-write-messages.ts";
import { HISTOGRAM, STALE, seriesReader, versions } from "./remote-write-reader.ts";

describe.each(versions)("remote write $name", (version) => {
  const { one } = seriesReader(version);

  test("makes integer histograms absolute", () => {
    const { batch } = one(["__name__", "h"], { samples: [], histograms: [HISTOGRAM] });
    expect(samplesOf(batch)).toEqual([{ labels: { __name__: "h" }, time: NOW, value: "histogram" }]);
    expect(batch.histograms).toEqual([
      {
        sample: 0,
        histogram: {
          schema: 1,
          zeroThreshold: 0.001,
          zeroCount: 2,
          count: 21,
          sum: 18.4,
          positiveSpans: HISTOGRAM.positiveSpans,
          positiveBuckets: [1, 3, 2, 4],
          negativeSpans: HISTOGRAM.negativeSpans,
          negativeBuckets: [3, 6],
          customValues: [],
          resetHint: "not_reset",
        },
      },
    ]);
  });

  test("takes float histograms and custom buckets as they are", () => {
    const custom: SentHistogram = {
      ...HISTOGRAM,
      integer: false,
      count: 3.5,
      zeroCount: 0,
      zeroThreshold: 0,
      schema: -53,
      customValues: [0.5, 1, 2.5],
      positive: [1.5, 2],
      positiveSpans: [{ offset: 2, length: 2 }],
      negative: [],
      negativeSpans: [],
      hint: 3,
    };
    const { batch, refused } = one(["__name__", "h"], { samples: [], histograms: [custom] });
    expect(refused).toEqual([]);
    expect(batch.histograms[0]?.histogram).toMatchObject({
      schema: -53,
      count: 3.5,
      customValues: [0.5, 1, 2.5],
      positiveBuckets: [1.5, 2],
      resetHint: "gauge",
    });
  });

  test("a histogram whose sum is a stale marker is one", () => {
    const { batch } = one(["__name__", "h"], { samples: [], histograms: [{ ...HISTOGRAM, sum: STALE }] });
    expect(samplesOf(batch)).toEqual([{ labels: { __name__: "h" }, time: NOW, value: "stale" }]);
  });

  test.each<[string, Partial<SentHistogram>]>([
    ["a count that is not its buckets' sum", { count: 22 }],
    ["fewer buckets than its spans", { positive: [1, 2, -1], count: 17 }],
    ["a negative bucket", { positive: [1, -2, 3, 2], count: 9 }],
    ["an unknown schema", { schema: 9 }],
    [
      "spans that overlap",
      {
        positiveSpans: [
          { offset: 0, length: 2 },
          { offset: -1, length: 2 },
        ],
      },
    ],
    ["custom bounds without the custom schema", { customValues: [1] }],
    [
      "custom buckets and a zero bucket",
      { schema: -53, customValues: [1, 2, 3, 4], negative: [], negativeSpans: [], count: 12 },
    ],
  ])("refuses a histogram with %s", (_, change) => {
    const histograms = [{ ...HISTOGRAM, ...change }];
    const { batch, refused } = one(["__name__", "h"], { samples: [], histograms });
    expect(refused).toMatchObject([{ item: 0, reason: "invalid_histogram" }]);
    expect(batch.histograms).toEqual([]);
  });
});
