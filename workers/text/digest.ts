/**
 * A 64-bit digest of a text as 16 hexadecimal digits: equal texts have equal digests, and a changed one is
 * noticed. Not a defence against someone who wants a collision.
 *
 * Two 32-bit lanes over the UTF-16 code units, each mixed as cyrb53 does (bryc, public domain, after
 * MurmurHash3's multipliers and finaliser).
 */
export function digestText(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return hexadecimal(high) + hexadecimal(low);
}

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
