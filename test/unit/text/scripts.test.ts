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
    const missed: string[] = [];
    for (let unit = 0; unit <= 0xd7ff; unit += 1) {
      const letter = String.fromCharCode(unit);
      if (!/\p{L}/u.test(letter)) continue;
      const isNative = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(letter);
      const isForeign = /[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Thai}]/u.test(letter);
      if (isNative && !(isUnspacedCjk(unit) && isCjk(unit))) missed.push(letter);
      if (isForeign && isCjk(unit)) missed.push(letter);
    }
    expect(missed).toEqual([]);
  });
});
