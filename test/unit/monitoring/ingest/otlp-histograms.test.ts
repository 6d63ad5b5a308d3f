import { describe, expect, test } from "vitest";
import { at, attribute, CUMULATIVE, encodings, NANOSECONDS, otlpReader } from "./otlp-reader.ts";
import { samplesOf } from "./read-batch.ts";

describe.each(encodings)("OTLP in $encoding", (sent) => {
  const { read, values } = otlpReader(sent);

  test("makes classic histograms of explicit buckets, exemplars to their buckets", () => {
    const point = at({
      count: "6",
      sum: 9.5,
      explicitBounds: [0.5, 10],
      bucketCounts: ["1", "2", "3"],
      exemplars: [
        {
          timeUnixNano: NANOSECONDS,
          asDouble: 20,
          traceId: "0102030405060708090a0b0c0d0e0f10",
          spanId: "0102030405060708",
        },
        { timeUnixNano: NANOSECONDS, asInt: "7", filteredAttributes: [attribute("user", "u")] },
      ],
    });
    const metric = {
      name: "latency",
      unit: "s",
      histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] },
    };
    expect(values(metric)).toEqual([
      ["latency_seconds_count", 6],
      ["latency_seconds_sum", 9.5],
      ["latency_seconds_bucket,le=0.5", 1],
      ["latency_seconds_bucket,le=10.0", 3],
      ["latency_seconds_bucket,le=+Inf", 6],
    ]);
    const { batch } = read(metric);
    const { labels } = { labels: samplesOf(batch).map((sample) => sample.labels.le) };
    expect(
      batch.exemplars.map(({ series, exemplar }) => [
        labels[series],
        exemplar.labels.toObject(),
        exemplar.value,
      ]),
    ).toEqual([
      ["10.0", { user: "u" }, 7],
      ["+Inf", { trace_id: "0102030405060708090a0b0c0d0e0f10", span_id: "0102030405060708" }, 20],
    ]);
    expect(batch.metadata).toEqual([
      { metric: "latency_seconds", type: "histogram", help: "", unit: "seconds" },
    ]);
  });

  test("makes native histograms of exponential ones", () => {
    const point = at({
      count: "13",
      sum: 100,
      scale: 2,
      zeroCount: "2",
      zeroThreshold: 0.25,
      positive: { offset: -3, bucketCounts: ["1", "0", "2", "0", "0", "0", "3"] },
      negative: { offset: 4, bucketCounts: ["5"] },
    });
    const { batch } = read({
      name: "h",
      exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] },
    });
    expect(batch.histograms[0]?.histogram).toEqual({
      schema: 2,
      zeroThreshold: 0.25,
      zeroCount: 2,
      count: 13,
      sum: 100,
      positiveSpans: [
        { offset: -2, length: 3 },
        { offset: 3, length: 1 },
      ],
      positiveBuckets: [1, 0, 2, 3],
      negativeSpans: [{ offset: 5, length: 1 }],
      negativeBuckets: [5],
      customValues: [],
      resetHint: "unknown",
    });
  });

  test("merges the buckets of scales that are too fine", () => {
    const positive = { offset: -3, bucketCounts: ["1", "2", "3", "4", "5"] };
    const point = at({ count: "15", sum: 1, scale: 9, positive });
    const { batch } = read({
      name: "h",
      exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] },
    });
    const histogram = batch.histograms[0]?.histogram;
    expect(histogram?.schema).toBe(8);
    expect(histogram?.positiveSpans).toEqual([{ offset: -1, length: 3 }]);
    expect(histogram?.positiveBuckets).toEqual([1, 5, 9]);
  });
});
