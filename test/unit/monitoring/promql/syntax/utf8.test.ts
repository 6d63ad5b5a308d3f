import fc from "fast-check";
import { expect, it } from "vitest";
import { goQuote } from "../../../../../workers/monitoring/promql/syntax/go-quote.ts";
import { unquote } from "../../../../../workers/monitoring/promql/syntax/literals.ts";
import { decodeUtf8 } from "../../../../../workers/monitoring/promql/syntax/utf8.ts";

const escaped = (bytes: Uint8Array) =>
  `"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;

it("reads text as any decoder does", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "é", "€", "😀", "\ufffd", "\ufeff")), (characters) => {
      const text = characters.join("");
      expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
    }),
  );
});

it("tells bytes of no character from U+FFFD", () => {
  expect(decodeUtf8(Uint8Array.of(0xc5, 0x7a)).isWellFormed()).toBe(false);
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbf, 0xbd))).toBe("\ufffd");
  expect(goQuote(unquote('"a\\xc5z\\xe9"'))).toBe('"a\\xc5z\\xe9"');
});

it("loses no byte of a literal", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = unquote(escaped(bytes));
      expect(unquote(goQuote(text))).toBe(text);
      expect(text.isWellFormed()).toBe(isUtf8(bytes));
    }),
  );
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
