import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BatchBuilder } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { decodeRemoteWrite1 } from "../../../../workers/monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../../../workers/monitoring/ingest/remote-write-2.ts";
import { SeriesCache } from "../../../../workers/monitoring/ingest/series-cache.ts";
import { changes, labelPairs, text } from "./arbitraries.ts";
import { decoded, decodedOrMalformed, mutated, NOW, samplesOf, seriesOf } from "./read-batch.ts";
import {
  type SentHistogram,
  type SentSeries,
  writeRequest1,
  writeRequest2,
} from "./remote-write-messages.ts";

/** Little-endian, as on the wire. */
const STALE = Uint8Array.of(0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f);

const HISTOGRAM: SentHistogram = {
  time: NOW,
  integer: true,
  count: 21,
  zeroCount: 2,
  sum: 18.4,
  schema: 1,
  zeroThreshold: 0.001,
  positive: [1, 2, -1, 2],
  positiveSpans: [
    { offset: -2, length: 2 },
    { offset: 3, length: 2 },
  ],
  negative: [3, 3],
  negativeSpans: [{ offset: 0, length: 2 }],
  customValues: [],
  hint: 2,
};

const sentSeries = fc.record({
  labels: labelPairs.map((pairs) => pairs.flat()),
  samples: fc.array(fc.record({ value: fc.double(), time: fc.integer({ min: -(2 ** 52), max: NOW }) }), {
    maxLength: 4,
  }),
});

const versions: {
  name: string;
  write: (series: readonly SentSeries[]) => Uint8Array;
  decode: (body: Uint8Array, builder: BatchBuilder) => void;
}[] = [
  { name: "1.0", write: (series) => writeRequest1(series), decode: decodeRemoteWrite1 },
  { name: "2.0", write: writeRequest2, decode: decodeRemoteWrite2 },
];

describe.each(versions)("remote write $name", ({ name, write, decode }) => {
  const read = (series: readonly SentSeries[], cache?: SeriesCache) =>
    decoded((builder) => decode(write(series), builder), cache);
  const one = (labels: string[], rest: Partial<SentSeries> = {}) =>
    read([{ labels, samples: [{ value: 1, time: NOW }], ...rest }]);
  const reasons = (labels: string[]) => one(labels).refused.map(({ reason }) => reason);

  test("decodes what was encoded, the first time and from the cache", () => {
    const cache = new SeriesCache();
    fc.assert(
      fc.property(fc.array(sentSeries, { maxLength: 5 }), (series) => {
        const expected = series.flatMap(({ labels, samples }) => {
          const pairs = labels.flatMap((name, at) => (at % 2 === 0 ? [[name, labels[at + 1] ?? ""]] : []));
          const kept = Object.fromEntries(pairs.filter(([, value]) => value !== ""));
          return samples.map(({ time, value }) => ({ labels: kept, time, value }));
        });
        for (let time = 0; time < 2; time++) {
          const request = read(series, cache);
          expect(samplesOf(request.batch)).toEqual(expected);
          expect(request.refused).toEqual([]);
        }
      }),
    );
  });

  test("gives series of one set of labels one number, whatever the order they are sent in", () => {
    const { batch } = read([
      { labels: ["__name__", "up", "job", "a"], samples: [{ value: 1, time: NOW }] },
      { labels: ["job", "b", "__name__", "up"], samples: [{ value: 2, time: NOW }] },
      { labels: ["__name__", "up", "job", "a"], samples: [{ value: 3, time: NOW + 1 }] },
    ]);
    expect(seriesOf(batch)).toEqual([
      { __name__: "up", job: "a" },
      { __name__: "up", job: "b" },
    ]);
    expect([...batch.series]).toEqual([0, 1, 0]);
  });

  test("keeps the bits of stale markers, and infinities and other NaNs", () => {
    const samples = [STALE, Number.NaN, Infinity, -Infinity, -0].map((value, at) => ({
      value,
      time: NOW + at,
    }));
    const { batch } = one(["__name__", "up"], { samples });
    expect(samplesOf(batch).map(({ value }) => value)).toEqual([
      "stale",
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
    ]);
  });

  test("refuses series that do not fit the data model, and takes the others", () => {
    expect(reasons(["job", "api"])).toEqual(["missing_metric_name"]);
    expect(reasons(["__name__", ""])).toEqual(["missing_metric_name"]);
    expect(reasons(["__name__", "up", "", "x"])).toEqual(["invalid_label_name"]);
    expect(reasons(["b", "1", "__name__", "up", "b", "2"])).toEqual(["duplicate_label"]);
    expect(reasons(["__name__", "up", "a", "x".repeat(4097)])).toEqual(["label_too_long"]);
    expect(reasons(["__name__", "up", "a".repeat(1025), "x"])).toEqual(["label_too_long"]);
    const many = Array.from({ length: 64 }, (_, at) => [`l${at}`, "x"]).flat();
    expect(reasons(["__name__", "up", ...many])).toEqual(["too_many_labels"]);
    expect(reasons(["__name__", "up", ...many.slice(2)])).toEqual([]);
    const mixed = read([
      {
        labels: ["job", "api"],
        samples: [
          { value: 1, time: NOW },
          { value: 2, time: NOW + 1 },
        ],
      },
      { labels: ["__name__", "up"], samples: [{ value: 3, time: NOW }] },
    ]);
    expect(mixed.refused.map(({ item }) => item)).toEqual([0, 1]);
    expect([...mixed.items]).toEqual([2]);
    expect(mixed.refused[0]?.detail).toBe('the series has no metric name: {job="api"}');
  });

  test("refuses times too far ahead or out of range", () => {
    const samples = [NOW + 600_000, NOW + 600_001, 2 ** 60, -(2 ** 60)].map((time) => ({ value: 1, time }));
    const series = { labels: ["__name__", "up"], samples: samples.slice(0, 2) };
    expect(read([series]).refused).toMatchObject([{ item: 1, reason: "too_far_in_future" }]);
    expect(samplesOf(read([series]).batch)).toHaveLength(1);
  });

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

  test("takes exemplars, but not such as OpenMetrics calls too long", () => {
    const { batch } = one(["__name__", "up"], {
      exemplars: [
        { labels: ["trace_id", "abc"], value: 0.7, time: NOW },
        { labels: ["trace_id", "x".repeat(121)], value: 0.7, time: NOW },
      ],
    });
    expect(batch.exemplars).toHaveLength(1);
    expect(batch.exemplars[0]?.series).toBe(0);
    expect(batch.exemplars[0]?.exemplar).toMatchObject({ value: 0.7, time: NOW });
    expect(batch.exemplars[0]?.exemplar.labels.toObject()).toEqual({ trace_id: "abc" });
  });

  test("answers any bytes with a request or a MalformedBodyError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        decodedOrMalformed((builder) => decode(body, builder));
      }),
    );
    const body = write([
      {
        labels: ["__name__", "up", "job", "api"],
        samples: [{ value: 1, time: NOW }],
        histograms: [HISTOGRAM],
        exemplars: [{ labels: ["trace_id", "abc"], value: 1, time: NOW }],
        metadata: { type: 1, help: "Help", unit: "" },
      },
    ]);
    fc.assert(
      fc.property(changes, (some) => {
        decodedOrMalformed((builder) => decode(mutated(body, some), builder));
      }),
      { numRuns: 1_000 },
    );
    for (let end = 1; end < body.length; end++)
      decodedOrMalformed((builder) => decode(body.subarray(0, end), builder));
  });

  test.each([
    ["samples", [0x12, 0]],
    ["buckets of one histogram", name === "1.0" ? [0x22, 4, 0x62, 2, 0, 0] : [0x1a, 4, 0x62, 2, 0, 0]],
    ["exemplars", name === "1.0" ? [0x1a, 0] : [0x22, 0]],
  ])("refuses to make much memory of a small body: %s", (_, field) => {
    const size = 4_200_000;
    const head = [...write([]), name === "1.0" ? 0x0a : 0x2a, 0xc0, 0xac, 0x80, 0x02];
    const body = new Uint8Array(head.length + size);
    body.set(head);
    for (let at = 0; at < size; at++) body[head.length + at] = field[at % field.length] ?? 0;
    expect(() => decoded((builder) => decode(body, builder))).toThrow(
      expect.objectContaining({ fault: "too_large" }),
    );
  });
});

describe("remote write 1.0", () => {
  test("reads metadata", () => {
    const body = writeRequest1([], [{ metric: "up", type: 2, help: "Whether it is up", unit: "" }]);
    const { batch } = decoded((builder) => decodeRemoteWrite1(body, builder));
    expect(batch.metadata).toEqual([{ metric: "up", type: "gauge", help: "Whether it is up", unit: "" }]);
  });

  test("takes labels that do not come first or in a row", () => {
    const label = (name: string, value: string) => {
      const request = writeRequest1([{ labels: [name, value] }]);
      return [...request.subarray(2)];
    };
    const sample = [...writeRequest1([{ labels: [], samples: [{ value: 5, time: NOW }] }]).subarray(2)];
    const series = [
      ...sample,
      ...label("__name__", "up"),
      ...sample.with(-1, sample.at(-1) ?? 0),
      ...label("job", "api"),
    ];
    const body = Uint8Array.from([0x0a, series.length, ...series]);
    const { batch } = decoded((builder) => decodeRemoteWrite1(body, builder));
    const labels = { __name__: "up", job: "api" };
    expect(samplesOf(batch)).toEqual([
      { labels, time: NOW, value: 5 },
      { labels, time: NOW, value: 5 },
    ]);
  });

  test("refuses labels that are not UTF-8", () => {
    const body = writeRequest1([
      { labels: ["__name__", "up", "a", "¿"], samples: [{ value: 1, time: NOW }] },
    ]);
    const at = body.findIndex((byte, index) => byte === 0xc2 && body[index + 1] === 0xbf);
    const broken = body.with(at, 0x41);
    const { refused } = decoded((builder) => decodeRemoteWrite1(broken, builder));
    expect(refused).toMatchObject([{ reason: "invalid_label_value" }]);
  });
});

describe("remote write 2.0", () => {
  test("gives metadata to the family that the series belong to", () => {
    const named = (name: string, type: number) => ({
      labels: ["__name__", name],
      metadata: { type, help: `Help for ${name}`, unit: "seconds" },
    });
    const body = writeRequest2([
      named("requests_total", 1),
      named("requests_total", 1),
      named("latency_seconds_bucket", 3),
      named("latency_seconds_sum", 3),
      named("size_bytes_count", 2),
    ]);
    const { batch } = decoded((builder) => decodeRemoteWrite2(body, builder));
    expect(batch.metadata.map(({ metric, type }) => [metric, type])).toEqual([
      ["requests_total", "counter"],
      ["latency_seconds", "histogram"],
      ["size_bytes_count", "gauge"],
    ]);
    expect(batch.metadata[0]).toEqual({
      metric: "requests_total",
      type: "counter",
      help: "Help for requests_total",
      unit: "seconds",
    });
  });

  test("a reference to no symbol makes the body malformed", () => {
    const body = Uint8Array.of(0x22, 0, 0x2a, 4, 0x0a, 2, 0, 7);
    expect(() => decoded((builder) => decodeRemoteWrite2(body, builder))).toThrow(MalformedBodyError);
  });

  test("few bytes that refer to long symbols again and again make a short key", () => {
    fc.assert(
      fc.property(text, (suffix) => {
        const long = "v".repeat(100_000) + suffix;
        const labels = ["__name__", "up", ...Array.from({ length: 5_000 }, () => ["a", long]).flat()];
        const { refused } = decoded((builder) =>
          decodeRemoteWrite2(writeRequest2([{ labels, samples: [{ value: 1, time: NOW }] }]), builder),
        );
        expect(refused).toHaveLength(1);
      }),
      { numRuns: 3 },
    );
  });
});
