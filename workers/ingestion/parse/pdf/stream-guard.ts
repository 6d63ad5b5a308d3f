import { Unzlib } from "fflate";
import { UnparsableError } from "../../parsed-document.ts";
import { concatenate } from "../bytes.ts";

/** Deflate squeezes at most 1032 times: what is smaller than this cannot grow dangerous. */
const SMALLEST_CHECKED = 2 * 1024;
/** No page's drawing, font or table inflates to more. */
const LARGEST_STREAM = 48 * 1024 * 1024;
/** Large streams that are squeezed this many times hold nothing but repetition. */
const SUSPICIOUS_SIZE = 2 * 1024 * 1024;
const SUSPICIOUS_RATIO = 150;
/** How far before `stream` its dictionary is looked for. */
const DICTIONARY_BYTES = 2048;
/** What is pushed at a time: it inflates to 4 MiB at most before it is counted. */
const STEP = 4 * 1024;

/**
 * Refuses a PDF with a stream that inflates without measure: the reader would inflate it whole into memory.
 * Images are not inflated by us and may be as large as they like.
 * @throws UnparsableError `page_too_large`
 */
export function refuseStreamBombs(bytes: Uint8Array): void {
  for (let at = indexOf(bytes, "stream", 0); at >= 0; at = indexOf(bytes, "stream", at)) {
    const dictionary = dictionaryBefore(bytes, at);
    at += "stream".length;
    const layers = dictionary.match(/\/FlateDecode|\/Fl\b/g)?.length ?? 0;
    if (layers === 0 || /\/Subtype\s*\/Image/.test(dictionary)) continue;
    while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
    const length = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(dictionary)?.[1] ?? Number.NaN);
    const end = Number.isFinite(length) ? at + length : indexOf(bytes, "endstream", at);
    const data = bytes.subarray(at, end < 0 ? bytes.length : end);
    inflateBounded(data, layers);
    at += data.length;
  }
}

function inflateBounded(data: Uint8Array, layers: number): void {
  if (data.length < SMALLEST_CHECKED && layers < 2) return;
  let size = 0;
  const inner: Uint8Array[] = [];
  const inflater = new Unzlib((chunk) => {
    size += chunk.length;
    const isRepetition = size > SUSPICIOUS_SIZE && size > data.length * SUSPICIOUS_RATIO;
    if (size > LARGEST_STREAM || isRepetition) throw tooLarge();
    if (layers > 1) inner.push(chunk);
  });
  try {
    for (let at = 0; at < data.length; at += STEP) {
      inflater.push(data.subarray(at, at + STEP), at + STEP >= data.length);
    }
  } catch (error) {
    if (error instanceof UnparsableError) throw error;
    return; // Encrypted or damaged: the reader itself will tell.
  }
  if (layers > 1) inflateBounded(concatenate(inner, size), layers - 1);
}

function dictionaryBefore(bytes: Uint8Array, at: number): string {
  const from = Math.max(0, at - DICTIONARY_BYTES);
  const before = new TextDecoder("windows-1252").decode(bytes.subarray(from, at));
  return before.slice(Math.max(before.lastIndexOf(" obj"), before.lastIndexOf("\nobj"), 0));
}

function indexOf(bytes: Uint8Array, word: string, from: number): number {
  const first = word.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < word.length && bytes[at + matched] === word.charCodeAt(matched)) matched++;
    if (matched === word.length) return at;
  }
  return -1;
}

function tooLarge(): UnparsableError {
  return new UnparsableError(
    "page_too_large",
    "The PDF has a part that unpacks to far more than its size: it is refused as a decompression bomb.",
  );
}
