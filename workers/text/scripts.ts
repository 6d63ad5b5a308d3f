/** The writing systems that tokenising, chunking and language analysis tell apart. */
export type Script =
  | "latin"
  | "greek"
  | "cyrillic"
  | "hebrew"
  | "arabic"
  | "devanagari"
  | "thai"
  | "hangul"
  | "kana"
  | "han"
  | "other";

/** First and last code point of the blocks of each script, ascending (Unicode 16, Blocks.txt). */
const BLOCKS: readonly (readonly [number, number, Script])[] = [
  [0x41, 0x5a, "latin"],
  [0x61, 0x7a, "latin"],
  [0xaa, 0xaa, "latin"],
  [0xb5, 0xb5, "greek"],
  [0xba, 0xba, "latin"],
  [0xc0, 0xd6, "latin"],
  [0xd8, 0xf6, "latin"],
  [0xf8, 0x24f, "latin"],
  [0x370, 0x3ff, "greek"],
  [0x400, 0x52f, "cyrillic"],
  [0x590, 0x5ff, "hebrew"],
  [0x600, 0x6ff, "arabic"],
  [0x750, 0x77f, "arabic"],
  [0x8a0, 0x8ff, "arabic"],
  [0x900, 0x97f, "devanagari"],
  [0xe00, 0xeff, "thai"],
  [0x1000, 0x109f, "thai"],
  [0x1100, 0x11ff, "hangul"],
  [0x1780, 0x17ff, "thai"],
  [0x1e00, 0x1eff, "latin"],
  [0x1f00, 0x1fff, "greek"],
  [0x2e80, 0x2fdf, "han"],
  [0x3005, 0x3007, "han"],
  [0x303b, 0x303b, "han"],
  [0x3040, 0x30ff, "kana"],
  [0x3100, 0x312f, "han"],
  [0x3130, 0x318f, "hangul"],
  [0x31a0, 0x31bf, "han"],
  [0x31f0, 0x31ff, "kana"],
  [0x3400, 0x4dbf, "han"],
  [0x4e00, 0x9fff, "han"],
  [0xac00, 0xd7af, "hangul"],
  [0xf900, 0xfaff, "han"],
  [0xfb1d, 0xfb4f, "hebrew"],
  [0xfb50, 0xfdff, "arabic"],
  [0xfe70, 0xfeff, "arabic"],
  [0xff21, 0xff3a, "latin"],
  [0xff41, 0xff5a, "latin"],
  [0xff66, 0xff9f, "kana"],
  [0x20000, 0x323af, "han"],
];

/**
 * The script a code point belongs to; digits, punctuation and scripts not listed are "other".
 * "thai" stands for all scripts of South-East Asia that put no spaces between words: Thai, Lao, Khmer, Burmese.
 */
export function scriptOf(codePoint: number): Script {
  let low = 0;
  let high = BLOCKS.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const block = BLOCKS[middle];
    if (block === undefined) break;
    if (codePoint < block[0]) high = middle - 1;
    else if (codePoint > block[1]) low = middle + 1;
    else return block[2];
  }
  return "other";
}

/** Whether a UTF-16 code unit is written in Chinese, Japanese or Korean. Planes above the first are taken by their high surrogate. */
export function isCjk(unit: number): boolean {
  if (unit < 0x1100) return false;
  return (
    isUnspacedCjk(unit) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    unit <= 0x11ff ||
    (unit >= 0x3130 && unit <= 0x318f)
  );
}

/** Whether a UTF-16 code unit is Chinese or Japanese, which put no spaces between words (Korean does). */
export function isUnspacedCjk(unit: number): boolean {
  if (unit < 0x2e80) return false;
  return (
    (unit >= 0x3040 && unit <= 0x312f) ||
    (unit >= 0x3400 && unit <= 0x9fff) ||
    unit <= 0x2fdf ||
    (unit >= 0x3005 && unit <= 0x3007) ||
    unit === 0x303b ||
    (unit >= 0x31a0 && unit <= 0x31ff) ||
    (unit >= 0xd840 && unit <= 0xd88c) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff66 && unit <= 0xff9f)
  );
}

/**
 * The script most letters of a text are written in, or "other" when it has none.
 * Japanese counts as kana as soon as a tenth of its ideographs' number is kana, since Chinese has none.
 */
export function dominantScript(text: string): Script {
  const counts = new Map<Script, number>();
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at) ?? 0;
    if (codePoint > 0xffff) at++;
    const script = scriptOf(codePoint);
    if (script !== "other") counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  let best: Script = "other";
  for (const [script, count] of counts) if (count > (counts.get(best) ?? 0)) best = script;
  const kana = counts.get("kana") ?? 0;
  return best === "han" && kana * 10 >= (counts.get("han") ?? 0) ? "kana" : best;
}
