import type { ShardSettings } from "./shard-settings.ts";

/** What speaks for sealing. */
export interface HeadState {
  /** Samples, a histogram counted as many. */
  readonly load: number;
  readonly walBytes: number;
  /** When the first and the last of the samples came in, in milliseconds since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

/** So much of the log is read in about a second. */
const MOST_WAL_BYTES = 32 * 1024 * 1024;

/** Appending waits for the seal when the head has so many times the samples that begin one. */
const OVERFULL = 2;

/** When the head is to be sealed, in milliseconds since 1970: in the past, where it is full. */
export function sealDueAt(head: HeadState, settings: ShardSettings): number {
  if (head.load >= settings.sealSamples || head.walBytes >= MOST_WAL_BYTES) return 0;
  return Math.min(head.oldest + settings.sealAgeMs, head.newest + settings.sealIdleMs);
}

/** Whether memory leaves no time for sealing slice by slice. */
export function isOverfull(head: HeadState, settings: ShardSettings): boolean {
  return head.load >= settings.sealSamples * OVERFULL || head.walBytes >= MOST_WAL_BYTES * OVERFULL;
}
