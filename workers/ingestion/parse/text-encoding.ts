/** How the bytes of a text are to be read, or null when they are no text. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** How much of a file is looked at to tell its encoding. */
const SAMPLE_BYTES = 64 * 1024;
/** Above this share of control characters, bytes that are not UTF-8 are no text either. */
const CONTROL_SHARE = 0.005;
/** A text in UTF-16 without a byte order mark has a zero in most of its letters. */
const ZERO_SHARE = 0.3;

/** The encoding by byte order mark, then by validity, then by the look of the bytes. */
export function detectEncoding(bytes: Uint8Array): TextEncoding | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = countZeros(sample);
  if (zeros.odd > sample.length * 0.5 * ZERO_SHARE && zeros.even * 20 < zeros.odd) return "utf-16le";
  if (zeros.even > sample.length * 0.5 * ZERO_SHARE && zeros.odd * 20 < zeros.even) return "utf-16be";
  const controls = countControls(sample);
  if (controls > Math.max(sample.length * CONTROL_SHARE, sample.length < 512 ? 2 : 0)) return null;
  return isUtf8(sample, sample.length < bytes.length) ? "utf-8" : singleByteOrNone(sample, controls);
}

/**
 * The text of the bytes, ready to be stored: no byte order mark, lines ending in `\n`, no control characters,
 * no unpaired surrogates. Bytes that turn out not to be UTF-8 further down are read as Windows-1252.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = detectEncoding(bytes) ?? "windows-1252";
  if (encoding !== "utf-8") return cleanText(new TextDecoder(encoding).decode(bytes));
  try {
    return cleanText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return cleanText(new TextDecoder("windows-1252").decode(bytes));
  }
}

/** Control characters (but tab and line feed) and byte order marks. */
const UNWANTED = /[^\P{Cc}\t\n]|\ufeff/gu;

/** Ends lines in `\n`, and takes out what no reader sees: control characters, byte order marks, unpaired surrogates. */
export function cleanText(text: string): string {
  let clean = text;
  if (clean.includes("\r")) clean = clean.replace(/\r\n?/g, "\n");
  clean = clean.replace(/[\u0085\f]/g, "\n").replace(UNWANTED, "");
  return clean.isWellFormed() ? clean : clean.toWellFormed();
}

function countZeros(sample: Uint8Array): { even: number; odd: number } {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  return { even, odd };
}

/** Control characters that no text file has: all but tab, line ends, form feed and escape. */
function countControls(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample) {
    if (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27) controls++;
  }
  return controls;
}

function isUtf8(sample: Uint8Array, isCut: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(sample, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}

/** Windows-1252 leaves five bytes undefined; texts do not have them, compressed data does. */
function singleByteOrNone(sample: Uint8Array, controls: number): TextEncoding | null {
  if (controls > 0) return null;
  let undefinedBytes = 0;
  let high = 0;
  for (const byte of sample) {
    if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) undefinedBytes++;
    if (byte >= 0x80) high++;
  }
  return undefinedBytes === 0 && high < sample.length * 0.4 ? "windows-1252" : null;
}
