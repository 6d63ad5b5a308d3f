import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExposedFamily } from "../../../../workers/monitoring/exposition/family.ts";
import { CONTENT_TYPES, negotiateExposition } from "../../../../workers/monitoring/exposition/negotiate.ts";
import { writeExposition } from "../../../../workers/monitoring/exposition/write.ts";
import { decodeTextFormat } from "../../../../workers/monitoring/ingest/text-format.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { text } from "../ingest/arbitraries.ts";
import { decoded, NOW, samplesOf } from "../ingest/read-batch.ts";

const FAMILIES: ExposedFamily[] = [
  {
    name: "rag_queries",
    type: "counter",
    help: 'Questions, "by" status\nand more',
    unit: "",
    series: [
      { labels: Labels.of({ status: "failed" }), value: 2 },
      {
        labels: Labels.of({ status: "answered" }),
        value: 1e21,
        exemplar: { labels: Labels.of({ trace_id: "abc" }), value: 0.5, time: 1768478400250 },
      },
    ],
  },
  {
    name: "rag_query_duration_seconds",
    type: "histogram",
    help: "Time to answer",
    unit: "seconds",
    series: [
      {
        labels: Labels.of({ stage: "rank" }),
        buckets: [
          { upperBound: 0.1, count: 1 },
          { upperBound: 1, count: 3, exemplar: { labels: Labels.EMPTY, value: 0.7, time: 1768478400000 } },
          { upperBound: Infinity, count: 4 },
        ],
        sum: 7.25,
        count: 4,
      },
    ],
  },
  {
    name: "build_info",
    type: "info",
    help: "",
    unit: "",
    series: [{ labels: Labels.of({ version: "1" }), value: 1 }],
  },
  {
    name: "size.bytes",
    type: "summary",
    help: "Size",
    unit: "",
    series: [
      { labels: Labels.of({ "a.b": "x" }), quantiles: [{ quantile: 0.5, value: 1e-7 }], sum: 1, count: 1 },
    ],
  },
];

describe("writeExposition", () => {
  test("writes Prometheus' text format", () => {
    expect(writeExposition(FAMILIES, "prometheus")).toBe(`# TYPE build_info gauge
build_info{version="1"} 1
# HELP rag_queries_total Questions, "by" status\\nand more
# TYPE rag_queries_total counter
rag_queries_total{status="answered"} 1e+21
rag_queries_total{status="failed"} 2
# HELP rag_query_duration_seconds Time to answer
# TYPE rag_query_duration_seconds histogram
rag_query_duration_seconds_bucket{stage="rank",le="0.1"} 1
rag_query_duration_seconds_bucket{stage="rank",le="1"} 3
rag_query_duration_seconds_bucket{stage="rank",le="+Inf"} 4
rag_query_duration_seconds_sum{stage="rank"} 7.25
rag_query_duration_seconds_count{stage="rank"} 4
# HELP "size.bytes" Size
# TYPE "size.bytes" summary
{"size.bytes","a.b"="x",quantile="0.5"} 1e-07
{"size.bytes_sum","a.b"="x"} 1
{"size.bytes_count","a.b"="x"} 1
`);
  });

  test("writes OpenMetrics", () => {
    expect(writeExposition(FAMILIES.slice(0, 3), "openmetrics")).toBe(`# TYPE build info
build_info{version="1"} 1
# TYPE rag_queries counter
# HELP rag_queries Questions, \\"by\\" status\\nand more
rag_queries_total{status="answered"} 1e+21 # {trace_id="abc"} 0.5 1768478400.250
rag_queries_total{status="failed"} 2
# TYPE rag_query_duration_seconds histogram
# UNIT rag_query_duration_seconds seconds
# HELP rag_query_duration_seconds Time to answer
rag_query_duration_seconds_bucket{stage="rank",le="0.1"} 1
rag_query_duration_seconds_bucket{stage="rank",le="1.0"} 3 # {} 0.7 1768478400.000
rag_query_duration_seconds_bucket{stage="rank",le="+Inf"} 4
rag_query_duration_seconds_sum{stage="rank"} 7.25
rag_query_duration_seconds_count{stage="rank"} 4
# EOF
`);
  });

  test("is read back as it was", () => {
    const label = text.filter((name) => name !== "" && name !== "__name__");
    const family = fc.record({
      name: text.filter((name) => name !== "" && !name.endsWith("_total")),
      help: text,
      type: fc.constantFrom("counter" as const, "gauge" as const),
      series: fc.uniqueArray(
        fc.record({
          labels: fc.dictionary(label, text, { noNullPrototype: true }).map(Labels.of),
          value: fc.double(),
        }),
        { selector: ({ labels }) => labels.key, maxLength: 4 },
      ),
    });
    const families = fc.uniqueArray(family, { selector: ({ name }) => name, maxLength: 3 });
    fc.assert(
      fc.property(
        families,
        fc.constantFrom("prometheus" as const, "openmetrics" as const),
        (some, format) => {
          const written = writeExposition(
            some.map((one) => ({ ...one, unit: "" })),
            format,
          );
          const { batch, refused } = decoded((builder) =>
            decodeTextFormat(new TextEncoder().encode(written), format, builder, NOW),
          );
          expect(refused).toEqual([]);
          const key = ({ labels }: { labels: Record<string, string> }) => Labels.of(labels).key;
          const expected = some.flatMap(({ name, type, series }) => {
            const metric = type === "counter" ? `${name}_total` : name;
            return series.map(({ labels, value }) => ({
              labels: { ...labels.toObject(), __name__: metric },
              time: NOW,
              value,
            }));
          });
          const byKey = (a: { labels: Record<string, string> }, b: { labels: Record<string, string> }) =>
            key(a) < key(b) ? -1 : 1;
          expect(samplesOf(batch).sort(byKey)).toEqual(expected.sort(byKey));
        },
      ),
    );
  });
});

describe("negotiateExposition", () => {
  test.each([
    [null, "prometheus"],
    ["", "prometheus"],
    ["*/*", "prometheus"],
    ["application/json", "prometheus"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text;version=0.0.1", "prometheus"],
    [
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
      "openmetrics",
    ],
    ["text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.9", "prometheus"],
    ["application/openmetrics-text;q=0", "prometheus"],
  ])("answers %j with %s", (accept, format) => {
    expect(negotiateExposition(accept)).toBe(format);
  });

  test("has a media type for each", () => {
    expect(CONTENT_TYPES.prometheus).toContain("text/plain; version=0.0.4");
    expect(CONTENT_TYPES.openmetrics).toContain("application/openmetrics-text; version=1.0.0");
  });
});
