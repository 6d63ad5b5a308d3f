import { describe, expect, test } from "vitest";
import { at, attribute, CUMULATIVE, encodings, otlpReader } from "./otlp-reader.ts";
import { NOW, samplesOf } from "./read-batch.ts";

describe.each(encodings)("OTLP in $encoding", (sent) => {
  const { read, values } = otlpReader(sent);

  test("reads gauges and sums, whole numbers and others", () => {
    const point = at({ attributes: [attribute("http.method", "GET")], asInt: "-12" });
    expect(
      values(
        { name: "queue.length", gauge: { dataPoints: [point] } },
        {
          name: "http.requests",
          unit: "1",
          sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: [at({ asDouble: 2.5 })] },
        },
        {
          name: "open.files",
          sum: { aggregationTemporality: CUMULATIVE, dataPoints: [at({ asInt: "9007199254740991" })] },
        },
      ),
    ).toEqual([
      ["queue_length,http_method=GET", -12],
      ["http_requests_total", 2.5],
      ["open_files", 9007199254740991],
    ]);
  });

  test("keeps milliseconds to the last", () => {
    const times = ["1768478400000000000", "1768478400000999999", "1768478399999999999", "1"];
    const { batch } = read({
      name: "g",
      gauge: { dataPoints: times.map((timeUnixNano) => ({ timeUnixNano, asInt: "1" })) },
    });
    expect([...batch.times]).toEqual([1768478400000, 1768478400000, 1768478399999, 0]);
  });

  test("reads summaries", () => {
    const point = at({
      count: "3",
      sum: 6,
      quantileValues: [
        { quantile: 0.5, value: 2 },
        { quantile: 1, value: 3 },
      ],
    });
    expect(values({ name: "s", summary: { dataPoints: [point] } })).toEqual([
      ["s_count", 3],
      ["s_sum", 6],
      ["s,quantile=0.5", 2],
      ["s,quantile=1.0", 3],
    ]);
  });

  test("a point without a recorded value is a stale marker of each of its series", () => {
    const none = at({ flags: 1 });
    const histogram = at({ flags: 1, explicitBounds: [1], bucketCounts: ["0", "0"], sum: 0 });
    const metrics = [
      { name: "g", gauge: { dataPoints: [none] } },
      { name: "h", histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [histogram] } },
      { name: "e", exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [none] } },
    ];
    expect(values(...metrics).map(([, value]) => value)).toEqual(new Array(6).fill("stale"));
  });

  test("refuses what it cannot take, point by point", () => {
    const { batch, items, refused } = read(
      { name: "d", sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [at({ asInt: "1" })] } },
      { name: "ok", gauge: { dataPoints: [at({ asInt: "1" }), at({})] } },
      {
        name: "h",
        histogram: {
          aggregationTemporality: CUMULATIVE,
          dataPoints: [at({ explicitBounds: [1], bucketCounts: ["1"] })],
        },
      },
      {
        name: "e",
        exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [at({ scale: -5 })] },
      },
      { name: "___", gauge: { dataPoints: [at({ asInt: "1" })] } },
      { name: "late", gauge: { dataPoints: [{ timeUnixNano: `${NOW + 3_600_000}000000`, asInt: "1" }] } },
    );
    expect(refused.map(({ item, reason }) => [item, reason])).toEqual([
      [0, "unsupported_temporality"],
      [2, "invalid_value"],
      [3, "invalid_histogram"],
      [4, "invalid_histogram"],
      [5, "invalid_metric_name"],
      [6, "too_far_in_future"],
    ]);
    expect(samplesOf(batch)).toHaveLength(1);
    expect([...items]).toEqual([1]);
  });
});
