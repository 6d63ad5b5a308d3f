import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dominantScript, isCjk, isUnspacedCjk, scriptOf } from "../../../workers/text/scripts.ts";

describe("scripts", () => {
  it.each([
    ["a", "latin"],
    ["é", "latin"],
    ["ß", "latin"],
    ["λ", "greek"],
    ["ж", "cyrillic"],
    ["ש", "hebrew"],
    ["ع", "arabic"],
    ["ह", "devanagari"],
    ["ไ", "thai"],
    ["한", "hangul"],
    ["の", "kana"],
    ["漢", "han"],
    ["𠀋", "han"],
    ["7", "other"],
    ["。", "other"],
  ])("%s is %s", (letter, script) => {
    expect(scriptOf(letter.codePointAt(0) ?? 0)).toBe(script);
  });

  it.each([
    ["The cat sat. 猫", "latin"],
    ["東京は日本の首都です", "kana"],
    ["北京是中国的首都", "han"],
    ["1234 !?", "other"],
  ])("%s is mostly %s", (text, script) => {
    expect(dominantScript(text)).toBe(script);
  });

  it("agrees with Unicode's own script property on Chinese, Japanese and Korean letters", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xd7ff }), (unit) => {
        const letter = String.fromCharCode(unit);
        if (!/\p{L}/u.test(letter)) return;
        if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(letter)) {
          expect(isUnspacedCjk(unit)).toBe(true);
          expect(isCjk(unit)).toBe(true);
        } else if (/[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Thai}]/u.test(letter)) {
          expect(isCjk(unit)).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
