import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksum } from "../../../../workers/monitoring/chunks/checksum.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("the checksum", () => {
  it("is XXH32", () => {
    expect(checksum(bytesOf(""))).toBe(0x02cc5d05);
    expect(checksum(bytesOf("a"))).toBe(0x550d7456);
    expect(checksum(bytesOf("abc"))).toBe(0x32d153ff);
    expect(checksum(bytesOf("Nobody inspects the spammish repetition"))).toBe(0xe2293b2f);
  });

  it("takes part of the bytes, wherever they lie", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(9), (bytes, end, offset) => {
        const length = Math.min(end, bytes.length);
        const moved = new Uint8Array(offset + bytes.length);
        moved.set(bytes, offset);
        expect(checksum(moved.subarray(offset), length)).toBe(checksum(bytes.slice(0, length)));
      }),
    );
  });
});
