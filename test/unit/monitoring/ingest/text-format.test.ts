import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import {
  decodeTextFormat,
  type TextFormat,
  textFormat,
} from "../../../../workers/monitoring/ingest/text-format.ts";
import { changes } from "./arbitraries.ts";
import { decoded, decodedOrMalformed, mutated, NOW, samplesOf } from "./read-batch.ts";

const read = (text: string, format: TextFormat = "prometheus") =>
  decoded((builder) => decodeTextFormat(new TextEncoder().encode(text), format, builder, NOW));

const samples = (text: string, format?: TextFormat) => samplesOf(read(text, format).batch);

const SCRAPE = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1768478400123
http_requests_total{method="post",code="400"}    3

# Escaping in label values, and a comment:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="1",} 133988
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
{"http.server.duration", "http.method"="get"} 4e-3
something_weird{problem="division by zero"} +Inf -3982045
`;

const OPENMETRICS = `# TYPE requests counter
# UNIT requests requests
# HELP requests Said \\"hello\\"
requests_total{path="/"} 17.0 1768478400.5 # {trace_id="KOO5S4vxi0o"} 0.67 1768478399.25
requests_total{path="/x"} 1 # {} 3
# TYPE q summary
q{quantile="0.5"} 2
q{quantile="1"} 5
# EOF
`;

describe("decodeTextFormat", () => {
  test("reads Prometheus' own example", () => {
    const { batch, refused } = read(SCRAPE);
    expect(refused).toEqual([]);
    expect(samplesOf(batch)).toEqual([
      {
        labels: { __name__: "http_requests_total", method: "post", code: "200" },
        time: 1768478400123,
        value: 1027,
      },
      { labels: { __name__: "http_requests_total", method: "post", code: "400" }, time: NOW, value: 3 },
      {
        labels: {
          __name__: "msdos_file_access_time_seconds",
          path: "C:\\DIR\\FILE.TXT",
          error: 'Cannot find file:\n"FILE.TXT"',
        },
        time: NOW,
        value: 1458255915,
      },
      { labels: { __name__: "metric_without_timestamp_and_labels" }, time: NOW, value: 12.47 },
      ...[
        ["0.05", 24054],
        ["1.0", 133988],
        ["+Inf", 144320],
      ].map(([le, value]) => ({
        labels: { __name__: "http_request_duration_seconds_bucket", le },
        time: NOW,
        value,
      })),
      { labels: { __name__: "http_request_duration_seconds_sum" }, time: NOW, value: 53423 },
      { labels: { __name__: "http.server.duration", "http.method": "get" }, time: NOW, value: 0.004 },
      {
        labels: { __name__: "something_weird", problem: "division by zero" },
        time: -3982045,
        value: Infinity,
      },
    ]);
    expect(batch.metadata).toEqual([
      {
        metric: "http_requests_total",
        type: "counter",
        help: "The total number of HTTP requests.",
        unit: "",
      },
      { metric: "http_request_duration_seconds", type: "histogram", help: "", unit: "" },
    ]);
  });

  test("reads OpenMetrics with exemplars, units and times in seconds", () => {
    const { batch, refused } = read(OPENMETRICS, "openmetrics");
    expect(refused).toEqual([]);
    expect(samplesOf(batch)[0]).toEqual({
      labels: { __name__: "requests_total", path: "/" },
      time: 1768478400500,
      value: 17,
    });
    expect(
      samplesOf(batch)
        .slice(2)
        .map(({ labels }) => labels.quantile),
    ).toEqual(["0.5", "1.0"]);
    expect(
      batch.exemplars.map(({ series, exemplar: { labels, ...rest } }) => [series, labels.toObject(), rest]),
    ).toEqual([
      [0, { trace_id: "KOO5S4vxi0o" }, { value: 0.67, time: 1768478399250 }],
      [1, {}, { value: 3, time: NOW }],
    ]);
    expect(batch.metadata[0]).toEqual({
      metric: "requests",
      type: "counter",
      help: 'Said "hello"',
      unit: "requests",
    });
  });

  test.each([
    ["up", "a number is missing"],
    ["up x", '"x" is no number'],
    ["up 0x10", '"0x10" is no number'],
    ["up 1_000", '"1_000" is no number'],
    ['up{job="a} 1', "a closing quote is missing"],
    ['up{job="a\\"} 1', "a closing quote is missing"],
    ["up{job=a} 1", '" is missing'],
    ['up{job="a" env="b"} 1', "a comma or } is missing"],
    ["1up 1", "a metric's name is missing"],
    ["up 1 2 3", "there is more than a sample"],
    ["up 1 # {} 1", "there is more than a sample"],
    ["# TYPE up thing", "this is no metric type"],
  ])("refuses the line %j and reads the others", (line, fault) => {
    const { batch, refused } = read(`before 1\n${line}\nafter 2\n`);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ item: 2, reason: "malformed" });
    expect(refused[0]?.detail).toContain(`line 2: ${fault}`);
    expect(samplesOf(batch).map(({ labels }) => labels.__name__)).toEqual(["before", "after"]);
  });

  test("refuses what does not fit the data model by its line", () => {
    const { refused } = read('ok 1\n\nup{a="1",a="2"} 1\nup 1 1.5\n{a="1"} 1\nup 1 99999999999999\n');
    expect(refused.map(({ item, reason }) => [item, reason])).toEqual([
      [3, "duplicate_label"],
      [4, "invalid_timestamp"],
      [5, "missing_metric_name"],
      [6, "too_far_in_future"],
    ]);
  });

  test("refuses lines that are not UTF-8, and takes lines that end as on Windows", () => {
    const text = new TextEncoder().encode('a 1\r\nup{x="?"} 1\r\nb 2');
    const { batch, refused } = decoded((builder) =>
      decodeTextFormat(text.with(text.indexOf(0x3f), 0xff), "prometheus", builder, NOW),
    );
    expect(refused).toMatchObject([{ item: 2, reason: "malformed" }]);
    expect(samplesOf(batch)).toHaveLength(2);
  });

  test("an OpenMetrics text ends with # EOF", () => {
    expect(() => read("up 1\n", "openmetrics")).toThrow(MalformedBodyError);
    expect(() => read("up 1\n# EOF\nup 2\n", "openmetrics")).toThrow(MalformedBodyError);
    expect(samples("up 1\n# EOF", "openmetrics")).toHaveLength(1);
  });

  test("answers any text with a request or a MalformedBodyError", () => {
    const check = (body: Uint8Array) => {
      for (const format of ["prometheus", "openmetrics"] as const)
        decodedOrMalformed((builder) => decodeTextFormat(body, format, builder, NOW));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), check));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}"\\\n=,# a1.:e') }), (text) =>
        check(new TextEncoder().encode(text)),
      ),
      {
        numRuns: 1_000,
      },
    );
    const body = new TextEncoder().encode(OPENMETRICS);
    fc.assert(
      fc.property(changes, (some) => check(mutated(body, some))),
      { numRuns: 500 },
    );
  });
});

describe("textFormat", () => {
  test("knows both formats by their media types", () => {
    expect(textFormat(null)).toBe("prometheus");
    expect(textFormat("text/plain; version=0.0.4")).toBe("prometheus");
    expect(textFormat("application/OpenMetrics-text; version=1.0.0; charset=utf-8")).toBe("openmetrics");
    expect(textFormat("application/json")).toBeNull();
  });
});
