import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MetricSample } from "../../../../workers/contract/metrics.ts";
import {
  decodeJsonSamples,
  isSample,
  metricsOf,
} from "../../../../workers/monitoring/ingest/json-samples.ts";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { decoded, NOW, samplesOf } from "./read-batch.ts";

const read = (...metrics: unknown[]) => decoded((builder) => decodeJsonSamples(metrics, builder, NOW));

/** Objects that are nearly samples: each member right, or nearly so. */
const nearlySample = fc
  .record(
    {
      name: fc.oneof({ weight: 9, arbitrary: fc.string() }, fc.anything()),
      value: fc.oneof(
        { weight: 9, arbitrary: fc.double() },
        fc.constantFrom("NaN", "+Inf", "-Inf", "Inf", "1", null),
      ),
      timestamp: fc.oneof(
        fc.integer(),
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        fc.constantFrom(
          "2026-01-15T12:00:00+02:00",
          "2026-01-15",
          "2026-02-30T00:00:00Z",
          "2026-01-15T12:00Z",
          1.5,
          2 ** 60,
          "now",
        ),
      ),
      labels: fc.oneof(
        {
          weight: 5,
          arbitrary: fc.dictionary(
            fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor")),
            fc.string(),
          ),
        },
        fc.jsonValue(),
      ),
      type: fc.constantFrom("counter", "gauge", "info", "Counter", 1),
      unit: fc.oneof(fc.string(), fc.constantFrom("u".repeat(256), "u".repeat(257), 1)),
      help: fc.oneof(fc.string(), fc.constantFrom("h".repeat(4096), "h".repeat(4097))),
      more: fc.constantFrom(1, undefined),
    },
    { requiredKeys: ["name", "value"] },
  )
  .chain((sample) =>
    fc
      .subarray(Object.keys(sample))
      .map((keys) => (keys.length % 3 === 0 ? pick(sample, keys) : without(sample, "more"))),
  );

const pick = (from: object, keys: string[]) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
const without = (from: object, key: string) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));

describe("isSample", () => {
  test("takes what the schema takes, and nothing else", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: nearlySample }, fc.jsonValue()), (value) => {
        const { success } = MetricSample.safeParse(value);
        taken += Number(success);
        expect(isSample(value)).toBe(success);
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe("decodeJsonSamples", () => {
  test("reads names, labels, values and both forms of time", () => {
    const { batch } = read(
      { name: "cpu", value: 0.5, timestamp: NOW - 1_000, labels: { host: "a", zone: "" } },
      { name: "cpu", value: "NaN", timestamp: "2026-01-15T14:00:00.250+02:00" },
      { name: "temp.outside", value: "-Inf" },
    );
    expect(samplesOf(batch)).toEqual([
      { labels: { __name__: "cpu", host: "a" }, time: NOW - 1_000, value: 0.5 },
      { labels: { __name__: "cpu" }, time: NOW + 250, value: Number.NaN },
      { labels: { __name__: "temp.outside" }, time: NOW, value: -Infinity },
    ]);
  });

  test("keeps what is said about a metric", () => {
    const { batch } = read(
      { name: "jobs_total", value: 1, type: "counter", help: "Jobs done" },
      { name: "size", value: 1, unit: "bytes" },
      { name: "plain", value: 1 },
    );
    expect(batch.metadata).toEqual([
      { metric: "jobs_total", type: "counter", help: "Jobs done", unit: "" },
      { metric: "size", type: "unknown", help: "", unit: "bytes" },
    ]);
  });

  test("refuses sample by sample and says why", () => {
    const { batch, items, refused } = read(
      { name: "ok", value: 1 },
      { name: "no value" },
      { name: "", value: 1 },
      { name: "late", value: 1, timestamp: NOW + 3_600_000 },
      { name: "twice", value: 1, labels: { __name__: "other" } },
      { name: "half", value: 1, labels: { pair: "\ud800" } },
      "nothing",
      { name: "ok", value: 2, timestamp: NOW - 1 },
    );
    expect(refused.map(({ item, reason }) => [item, reason])).toEqual([
      [1, "malformed"],
      [2, "missing_metric_name"],
      [3, "too_far_in_future"],
      [4, "duplicate_label"],
      [5, "invalid_label_value"],
      [6, "malformed"],
    ]);
    expect(refused[0]?.detail).toContain("value: ");
    expect([...items]).toEqual([0, 7]);
    expect(samplesOf(batch).map(({ value }) => value)).toEqual([1, 2]);
  });
});

describe("metricsOf", () => {
  test("finds the samples of a batch", () => {
    expect(metricsOf({ metrics: [1, 2] })).toEqual([1, 2]);
  });

  test.each([null, [], 1, {}, { metrics: [] }, { metrics: {} }, { metrics: [1], more: 1 }])(
    "refuses %j",
    (body) => {
      expect(() => metricsOf(body)).toThrow(MalformedBodyError);
    },
  );

  test("refuses more than 10,000 samples", () => {
    expect(metricsOf({ metrics: new Array(10_000).fill(0) })).toHaveLength(10_000);
    expect(() => metricsOf({ metrics: new Array(10_001).fill(0) })).toThrow(
      expect.objectContaining({ fault: "too_large" }),
    );
  });
});
