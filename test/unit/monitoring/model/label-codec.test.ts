import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLabels, encodeLabels, hashBytes } from "../../../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";

const text = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed());
const anyLabels = fc.dictionary(text, text, { noNullPrototype: true }).map((labels) => Labels.of(labels));

describe("encodeLabels", () => {
  test("writes lengths before names and values", () => {
    expect([...encodeLabels(Labels.of({ b: "xyz", a: "é" }))]).toEqual([
      1, 0x61, 2, 0xc3, 0xa9, 1, 0x62, 3, 0x78, 0x79, 0x7a,
    ]);
  });

  test("is undone by decodeLabels, wherever the bytes stand", () => {
    fc.assert(
      fc.property(anyLabels, fc.nat(9), (labels, before) => {
        const bytes = encodeLabels(labels);
        const placed = new Uint8Array(before + bytes.length + 3).fill(0xff);
        placed.set(bytes, before);
        expect(decodeLabels(placed, before, before + bytes.length).flat).toEqual(labels.flat);
      }),
    );
  });

  test("keeps long values and a leading U+FEFF", () => {
    const labels = Labels.of({ __name__: "\ufeffmark", long: "ab".repeat(2_000), wide: "界".repeat(200) });
    expect(decodeLabels(encodeLabels(labels)).flat).toEqual(labels.flat);
  });

  test("decodeLabels answers other bytes with labels or a RangeError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeLabels(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe("hashBytes", () => {
  const hash = (bytes: Uint8Array, start = 0, end = bytes.length): string => {
    const words = new Uint32Array(3);
    hashBytes(bytes, start, end, words, 1);
    return [...words.subarray(1)].map((word) => word.toString(16).padStart(8, "0")).join("");
  };
  const ofText = (value: string) => hash(new TextEncoder().encode(value));

  test("is the first half of MurmurHash3_x86_128", () => {
    expect(ofText("")).toBe("0000000000000000");
    expect(ofText("I will not buy this record, it is scratched.")).toBe("a0a9683b25ac5e40");
    expect(ofText("0123456789abcdefX")).toBe("1c4db7771a9aa2d3");
  });

  test("depends on the bytes only, not on where they stand", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(9), (bytes, before) => {
        const placed = new Uint8Array(before + bytes.length + 5).fill(0xa5);
        placed.set(bytes, before);
        expect(hash(placed, before, before + bytes.length)).toBe(hash(bytes));
      }),
    );
  });

  test("tells ten thousand similar series apart, and spreads them evenly", () => {
    const seen = new Set<string>();
    const shards = new Array<number>(16).fill(0);
    for (let number = 0; number < 10_000; number++) {
      const value = ofText(`http_requests_total instance=${number}`);
      seen.add(value);
      const shard = Number.parseInt(value.slice(0, 8), 16) % 16;
      shards[shard] = (shards[shard] ?? 0) + 1;
    }
    expect(seen.size).toBe(10_000);
    expect(Math.max(...shards)).toBeLessThan(750);
    expect(Math.min(...shards)).toBeGreaterThan(500);
  });
});
