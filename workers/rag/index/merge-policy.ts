import type { Segment } from "./segment.ts";

/** Segments of about the same size that are merged at a time. */
const FAN_IN = 8;
/** Chunks in the smallest size class; each class is {@link FAN_IN} times the one before. */
const SMALLEST = 512;
/** No merge makes a segment of more chunks, which bounds the work and the memory of one. */
const LARGEST = 65_536;
/** A segment is rewritten when this share of its chunks belongs to versions that are gone. */
const DEAD_SHARE = 0.25;

/**
 * Which segments to merge next, by tiers of size; none when all is well. Each chunk is rewritten about once a
 * tier: log8 of the number of segments.
 *
 * @param isKept whether a version (by its row) still exists
 */
export function chooseMerge<Holder extends { segment: Segment }>(
  holders: readonly Holder[],
  isKept: (versionRow: number) => boolean,
): Holder[] {
  const decayed = holders.find(({ segment }) => deadChunks(segment, isKept) > segment.size * DEAD_SHARE);
  if (decayed !== undefined) return [decayed];
  const tiers = new Map<number, Holder[]>();
  for (const holder of holders) {
    const tier = tierOf(holder.segment.size);
    const peers = tiers.get(tier) ?? [];
    peers.push(holder);
    tiers.set(tier, peers);
    const total = peers.reduce((sum, { segment }) => sum + segment.size, 0);
    if (peers.length === FAN_IN && total <= LARGEST) return peers;
  }
  return [];
}

function tierOf(size: number): number {
  return Math.max(0, Math.floor(Math.log(size / SMALLEST) / Math.log(FAN_IN)));
}

function deadChunks({ versions }: Segment, isKept: (versionRow: number) => boolean): number {
  return versions.reduce((dead, versionRow) => dead + (isKept(versionRow) ? 0 : 1), 0);
}
