import fc from "fast-check";
import { compress } from "snappyjs";
import { describe, expect, test } from "vitest";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { decodeSnappy } from "../../../../workers/monitoring/ingest/snappy.ts";
import { changes } from "./arbitraries.ts";
import { mutated } from "./read-batch.ts";

/** Bytes as they are compressed in practice: what was before comes again, near and far. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 90 }), fc.nat(5)), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
    ),
  );

describe("decodeSnappy", () => {
  test("undoes what snappyjs does", () => {
    fc.assert(
      fc.property(repetitive, (bytes) => {
        expect(decodeSnappy(compress(bytes))).toEqual(bytes);
      }),
    );
    const long = new Uint8Array(300_000).map((_, at) => (at * at) >>> 7);
    expect(decodeSnappy(compress(long))).toEqual(long);
  });

  test("reads every kind of element", () => {
    const block = [12, 0x08, 1, 2, 3, 0x01, 3, 0x06, 5, 0, 0x03, 1, 0, 0, 0, 0xf0, 0, 9, 0x00, 8];
    expect([...decodeSnappy(Uint8Array.of(...block))]).toEqual([1, 2, 3, 1, 2, 3, 1, 3, 1, 1, 9, 8]);
  });

  test("takes no memory for a length that is too large or that the block cannot hold", () => {
    const claims = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1);
    expect(() => decodeSnappy(claims)).toThrow(expect.objectContaining({ fault: "too_large" }));
    expect(() => decodeSnappy(Uint8Array.of(0x80, 0x80, 0x08, 0, 1))).toThrow(MalformedBodyError);
    expect(() => decodeSnappy(compress(new Uint8Array(100)), 99)).toThrow(MalformedBodyError);
    expect(decodeSnappy(compress(new Uint8Array(100)), 100)).toHaveLength(100);
  });

  test("answers any bytes with bytes or a MalformedBodyError", () => {
    const check = (block: Uint8Array) => {
      try {
        decodeSnappy(block);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedBodyError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), check), { numRuns: 1_000 });
    fc.assert(
      fc.property(repetitive, changes, (bytes, some) => check(mutated(compress(bytes), some))),
      { numRuns: 500 },
    );
  });
});
