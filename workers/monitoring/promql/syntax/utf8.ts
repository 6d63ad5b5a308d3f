/** A byte that is of no character stands as this lone surrogate plus the byte, as Python's "surrogateescape" does it. */
const STRAY_BYTE = 0xdc00;
const SURROGATE_OF_STRAY_BYTE = /^[\udc80-\udcff]$/;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Text from bytes of UTF-8. Bytes that spell no character are kept as lone surrogates, so that the text is not well
 * formed and can still be written as it was.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const whole = decodeStrictly(bytes);
  if (whole !== null) return whole;
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAfter(bytes[at] ?? 0);
    const character = decodeStrictly(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(STRAY_BYTE + (bytes[at] ?? 0));
    at += character === null ? 1 : length;
  }
  return text;
}

/** The byte that a lone surrogate stands for; null for any other character. */
export function strayByte(character: string): number | null {
  return SURROGATE_OF_STRAY_BYTE.test(character) ? character.charCodeAt(0) - STRAY_BYTE : null;
}

/** How many bytes a character has that begins with this one. */
function lengthAfter(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
