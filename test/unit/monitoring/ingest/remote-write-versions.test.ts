import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { decodeRemoteWrite1 } from "../../../../workers/monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../../../workers/monitoring/ingest/remote-write-2.ts";
import { text } from "./arbitraries.ts";
import { decoded, NOW, samplesOf } from "./read-batch.ts";
import { writeRequest1, writeRequest2 } from "./remote-write-messages.ts";

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
