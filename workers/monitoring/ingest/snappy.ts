import { MalformedBodyError } from "./malformed-body.ts";

/** Bytes that a request may have once its compression is undone. */
export const MAX_DECODED_BYTES = 32 * 1024 * 1024;

/** Copies go word by word and may write so many bytes past what they mean to. */
const SLACK = 4;

/**
 * Undoes Snappy's block format (github.com/google/snappy, format_description.txt), as remote write uses it. The length
 * that the block claims is checked before memory is taken, and the block must hold exactly as much.
 *
 * @throws MalformedBodyError
 */
export function decodeSnappy(block: Uint8Array, maxBytes = MAX_DECODED_BYTES): Uint8Array {
  let at = 0;
  let length = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = block[at++];
    if (byte === undefined || factor > 2 ** 28) throw notSnappy();
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) break;
  }
  if (length > maxBytes)
    throw new MalformedBodyError(`The body is larger than ${maxBytes} bytes when decompressed.`, "too_large");
  // A copy of three bytes makes at most 64.
  if (length > (block.length - at) * 22) throw notSnappy();
  const output = new Uint8Array(length + SLACK);
  decodeElements(block, at, output, length);
  return output.subarray(0, length);
}

function decodeElements(block: Uint8Array, start: number, output: Uint8Array, length: number): void {
  const input = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const words = new DataView(output.buffer);
  const inputEnd = block.length;
  let at = start;
  let written = 0;
  while (at < inputEnd) {
    const tag = block[at++] ?? 0;
    const kind = tag & 3;
    let size: number;
    let offset = 0;
    if (kind === 0) {
      size = (tag >>> 2) + 1;
      if (size > 60) {
        const width = size - 60;
        if (at + width > inputEnd) throw notSnappy();
        size = 1;
        for (let index = 0; index < width; index++) size += (block[at + index] ?? 0) * 256 ** index;
        at += width;
      }
      if (at + size > inputEnd || written + size > length) throw notSnappy();
      copyLiteral(block, input, at, output, words, written, size);
      at += size;
      written += size;
      continue;
    }
    if (kind === 1) {
      if (at + 1 > inputEnd) throw notSnappy();
      size = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | (block[at] ?? 0);
      at += 1;
    } else {
      const width = kind === 2 ? 2 : 4;
      if (at + width > inputEnd) throw notSnappy();
      size = (tag >>> 2) + 1;
      offset = kind === 2 ? input.getUint16(at, true) : input.getUint32(at, true);
      at += width;
    }
    if (offset === 0 || offset > written || written + size > length) throw notSnappy();
    copyBack(output, words, written, offset, size);
    written += size;
  }
  if (written !== length) throw notSnappy();
}

const LONG_LITERAL = 64;

function copyLiteral(
  block: Uint8Array,
  input: DataView,
  from: number,
  output: Uint8Array,
  words: DataView,
  to: number,
  size: number,
): void {
  if (size > LONG_LITERAL) output.set(block.subarray(from, from + size), to);
  else if (from + size + SLACK <= block.length) {
    for (let done = 0; done < size; done += 4)
      words.setInt32(to + done, input.getInt32(from + done, true), true);
  } else for (let done = 0; done < size; done++) output[to + done] = block[from + done] ?? 0;
}

/** What a copy reads may be what it has just written: then byte by byte, or it repeats too early a word. */
function copyBack(output: Uint8Array, words: DataView, to: number, offset: number, size: number): void {
  const from = to - offset;
  if (offset >= 4) {
    for (let done = 0; done < size; done += 4)
      words.setInt32(to + done, words.getInt32(from + done, true), true);
  } else for (let done = 0; done < size; done++) output[to + done] = output[from + done] ?? 0;
}

const notSnappy = () => new MalformedBodyError("The body is not a Snappy block.");
