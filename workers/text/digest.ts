/**
 * Hashes a text to two 32-bit lanes over its UTF-16 code units, mixed as cyrb53 does (bryc, public domain, after
 * MurmurHash3's multipliers and finaliser). Not a defence against someone who wants a collision.
 */
export function hashText<Hash>(text: string, combine: (high: number, low: number) => Hash): Hash {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return combine(high >>> 0, low >>> 0);
}

/** A text's 64-bit digest as 16 hexadecimal digits: equal texts have equal ones, and a changed text is noticed. */
export function digestText(text: string): string {
  return hashText(text, (high, low) => hexadecimal(high) + hexadecimal(low));
}

function hexadecimal(word: number): string {
  return word.toString(16).padStart(8, "0");
}
