import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { decodeOtlp } from "../../../../workers/monitoring/ingest/otlp/decode.ts";
import { changes } from "./arbitraries.ts";
import { at, attribute, encodings, NANOSECONDS } from "./otlp-reader.ts";
import { decoded, decodedOrMalformed, mutated, NOW } from "./read-batch.ts";

describe.each(encodings)("OTLP in $encoding", ({ encoding, write }) => {
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
