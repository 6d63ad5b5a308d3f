import { BinaryReader } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_ITEM } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { otlpAnswer, otlpEncoding, otlpFault } from "../../../../workers/monitoring/ingest/otlp/answer.ts";
import { decodeOtlp } from "../../../../workers/monitoring/ingest/otlp/decode.ts";
import { refusal } from "../../../../workers/monitoring/ingest/refusal.ts";
import { changes } from "./arbitraries.ts";
import { type Metric, type OtlpRequest, otlpProtobuf, type Point } from "./otlp-messages.ts";
import { decoded, decodedOrMalformed, mutated, NOW, samplesOf } from "./read-batch.ts";

const NANOSECONDS = `${NOW}000000`;
const CUMULATIVE = 2;

const encodings = [
  { encoding: "protobuf" as const, write: otlpProtobuf },
  {
    encoding: "json" as const,
    write: (request: OtlpRequest) => new TextEncoder().encode(JSON.stringify(request)),
  },
];

const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });

describe.each(encodings)("OTLP in $encoding", ({ encoding, write }) => {
  const readAll = (request: OtlpRequest) =>
    decoded((builder) => decodeOtlp(write(request), encoding, builder));
  const read = (...metrics: Metric[]) => readAll({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  /** Name and labels as a text, and the value, of each sample. */
  const values = (...metrics: Metric[]) =>
    samplesOf(read(...metrics).batch).map(({ labels: { __name__, ...labels }, value }) => [
      `${__name__}${Object.entries(labels)
        .map(([name, text]) => `,${name}=${text}`)
        .join("")}`,
      value,
    ]);
  const at = (point: Point): Point => ({ timeUnixNano: NANOSECONDS, ...point });

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

  test("makes job, instance, target_info and scope labels", () => {
    const { batch, items } = readAll({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              attribute("service.name", "shop"),
              attribute("service.namespace", "eu"),
              attribute("service.instance.id", "i-1"),
              { key: "process.pid", value: { intValue: "42" } },
            ],
          },
          scopeMetrics: [
            {
              scope: { name: "lib", version: "1.2", attributes: [attribute("team", "core")] },
              metrics: [
                {
                  name: "g",
                  gauge: { dataPoints: [at({ asInt: "1", attributes: [attribute("job", "mine")] })] },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(samplesOf(batch).map(({ labels }) => labels)).toEqual([
      {
        __name__: "g",
        job: "eu/shop",
        instance: "i-1",
        otel_scope_name: "lib",
        otel_scope_version: "1.2",
        otel_scope_team: "core",
      },
      { __name__: "target_info", job: "eu/shop", instance: "i-1", process_pid: "42" },
    ]);
    expect([...items]).toEqual([0, NO_ITEM]);
  });

  test("writes attributes of every kind as text, and joins keys that become one label", () => {
    const [sample] = samplesOf(
      read({
        name: "g",
        gauge: {
          dataPoints: [
            at({
              asInt: "1",
              attributes: [
                { key: "flag", value: { boolValue: true } },
                { key: "big", value: { intValue: "-9223372036854775808" } },
                { key: "half", value: { doubleValue: 0.5 } },
                { key: "list", value: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } } },
                { key: "map", value: { kvlistValue: { values: [attribute("k", "v")] } } },
                attribute("a.b", "1"),
                attribute("a_b", "2"),
                attribute("1st", "x"),
              ],
            }),
          ],
        },
      }).batch,
    );
    expect(sample?.labels).toEqual({
      __name__: "g",
      flag: "true",
      big: "-9223372036854775808",
      half: "0.5",
      list: '["a",1]',
      map: '{"k":"v"}',
      a_b: "1;2",
      key_1st: "x",
    });
  });

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

  test.each<[string, string, "gauge" | "sum", string]>([
    ["http.server.request.size", "By", "gauge", "http_server_request_size_bytes"],
    ["http.server.request.size.bytes", "By", "gauge", "http_server_request_size_bytes"],
    ["requests", "{request}/s", "gauge", "requests_per_second"],
    ["speed", "m/s", "gauge", "speed_meters_per_second"],
    ["cpu.utilization", "1", "gauge", "cpu_utilization_ratio"],
    ["total.calls", "", "sum", "calls_total"],
    ["2xx", "", "gauge", "_2xx"],
    ["a__b..c", "custom unit", "gauge", "a_b_c_custom_unit"],
  ])("calls %s of %j %s", (name, unit, kind, expected) => {
    const dataPoints = [at({ asInt: "1" })];
    const metric =
      kind === "gauge"
        ? { name, unit, gauge: { dataPoints } }
        : { name, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    expect(values(metric)).toEqual([[expected, 1]]);
  });

  test("answers any bytes with a request or a MalformedBodyError", () => {
    const body = write({
      resourceMetrics: [
        {
          resource: { attributes: [attribute("service.name", "x"), attribute("os", "y")] },
          scopeMetrics: [
            {
              scope: { name: "s" },
              metrics: [
                {
                  name: "h",
                  histogram: {
                    aggregationTemporality: 2,
                    dataPoints: [at({ count: "1", explicitBounds: [1], bucketCounts: ["1", "0"] })],
                  },
                },
                {
                  name: "e",
                  exponentialHistogram: {
                    aggregationTemporality: 2,
                    dataPoints: [at({ count: "1", scale: 3, positive: { offset: 9, bucketCounts: ["1"] } })],
                  },
                },
                {
                  name: "s",
                  summary: { dataPoints: [at({ quantileValues: [{ quantile: 0.5, value: 1 }] })] },
                },
              ],
            },
          ],
        },
      ],
    });
    const check = (bytes: Uint8Array) => {
      decodedOrMalformed((builder) => decodeOtlp(bytes, encoding, builder));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), check));
    fc.assert(
      fc.property(changes, (some) => check(mutated(body, some))),
      { numRuns: 600 },
    );
  });
});

describe("OTLP JSON", () => {
  const read = (body: unknown) =>
    decoded((builder) => decodeOtlp(new TextEncoder().encode(JSON.stringify(body)), "json", builder));

  test("any JSON is a request or malformed", () => {
    const members = [
      "resourceMetrics",
      "scopeMetrics",
      "metrics",
      "gauge",
      "dataPoints",
      "attributes",
      "asInt",
      "value",
    ];
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 9 },
        fc.constantFrom(null, 1, "1", "x", true),
        fc.array(tie("value"), { maxLength: 2 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom(...members), tie("value"), { maxKeys: 3 }),
    })).value;
    fc.assert(
      fc.property(json, (body) => {
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        decodedOrMalformed((builder) => decodeOtlp(bytes, "json", builder));
      }),
      { numRuns: 500 },
    );
  });

  test("a value nested without end is malformed", () => {
    const depth = 50_000;
    const value = `${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${"]}}".repeat(depth)}`;
    const body = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${value}}]}}]}`;
    expect(() => decoded((builder) => decodeOtlp(new TextEncoder().encode(body), "json", builder))).toThrow(
      MalformedBodyError,
    );
  });

  test("takes numbers that JSON has none for, and integers as numbers", () => {
    const dataPoints = [
      { timeUnixNano: NOW * 1e6, asDouble: "NaN" },
      { timeUnixNano: NANOSECONDS, asDouble: "-Infinity" },
      { asInt: 5 },
    ];
    const { batch } = read({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "g", gauge: { dataPoints } }] }] }],
    });
    expect([...batch.values]).toEqual([Number.NaN, -Infinity, 5]);
  });
});

describe("answers", () => {
  const refused = [
    refusal(3, "invalid_value"),
    refusal(4, "out_of_order", "up{}"),
    refusal(9, "out_of_order"),
  ];
  const message = "invalid_value (1), out_of_order (2); data point 3: the value is not a number";

  test("are empty when all is taken", () => {
    expect(otlpAnswer("json", [])).toBe("{}");
    expect(otlpAnswer("protobuf", [])).toEqual(new Uint8Array(0));
  });

  test("count what is refused and say why", () => {
    expect(JSON.parse(String(otlpAnswer("json", refused)))).toEqual({
      partialSuccess: { rejectedDataPoints: "3", errorMessage: message },
    });
    const answer = otlpAnswer("protobuf", refused);
    if (typeof answer === "string") throw new TypeError("protobuf is not text");
    const reader = new BinaryReader(answer);
    expect(reader.tag()[0]).toBe(1);
    reader.uint32();
    expect([reader.tag()[0], Number(reader.int64())]).toEqual([1, 3]);
    expect([reader.tag()[0], reader.string()]).toEqual([2, message]);
    expect(reader.pos).toBe(reader.len);
  });

  test("are a status when the body is malformed", () => {
    expect(JSON.parse(String(otlpFault("json", "cut off")))).toEqual({ code: 3, message: "cut off" });
    expect(otlpFault("protobuf", "cut off")).toEqual(
      Uint8Array.from([8, 3, 18, 7, ...new TextEncoder().encode("cut off")]),
    );
  });

  test("come in the form of the request", () => {
    expect(otlpEncoding("application/x-protobuf")).toBe("protobuf");
    expect(otlpEncoding("application/json; charset=utf-8")).toBe("json");
    expect(otlpEncoding("text/plain")).toBeNull();
    expect(otlpEncoding(null)).toBeNull();
  });
});
