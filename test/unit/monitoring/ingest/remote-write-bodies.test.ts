import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changes } from "./arbitraries.ts";
import { decoded, decodedOrMalformed, mutated, NOW } from "./read-batch.ts";
import { HISTOGRAM, versions } from "./remote-write-reader.ts";

describe.each(versions)("remote write $name", ({ name, write, decode }) => {
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
