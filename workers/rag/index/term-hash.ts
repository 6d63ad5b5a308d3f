import { hashText } from "../../text/digest.ts";

/**
 * A term as the index stores it: 53 bits, so that it is an exact number and sorts as one. A million terms
 * collide somewhere with a probability of 0.006%.
 */
export function hashTerm(term: string): number {
  return hashText(term, toSafeInteger);
}

/** The 32 bits of a term's hash that stand for it in a chunk's word stream. */
export function streamHash(termHash: number): number {
  return termHash >>> 0;
}

function toSafeInteger(high: number, low: number): number {
  return (high & 0x1fffff) * 0x100000000 + low;
}
