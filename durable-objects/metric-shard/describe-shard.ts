import type { Resolution } from "../../workers/monitoring/head/shard-settings.ts";
import type { Shard } from "./shard.ts";
import type { ShardStats } from "./shard-stats.ts";

/** @param storedBytes what the database takes */
export function describeShard(shard: Shard, storedBytes: number): ShardStats {
  const { head, wal, blocks, refusals } = shard;
  const all = blocks.all;
  const raw = all.filter(({ resolution }) => resolution === "raw");
  const localBytes: Partial<Record<Resolution, number>> = {};
  let coldBytes = 0;
  for (const block of all) {
    const bytes = block.blobs.reduce((sum, blob) => sum + blob.bytes, 0);
    if (block.place === "cold") coldBytes += bytes;
    else localBytes[block.resolution] = (localBytes[block.resolution] ?? 0) + bytes;
  }
  const inMemory = [head.cells, head.frozen].flatMap((cells) =>
    cells === null || cells.samples === 0 ? [] : [{ start: cells.oldest, end: cells.newest }],
  );
  const spans = [...inMemory, ...raw.flatMap(({ blobs }) => blobs)];
  return {
    series: head.table.size,
    evictedSeries: shard.evictedSeries,
    labelBytes: head.table.labelBytes,
    headSamples: head.cells.samples + (head.frozen?.samples ?? 0),
    sealedSamples: raw.reduce((sum, { samples }) => sum + samples, 0),
    walBytes: wal.bytes,
    localBytes,
    coldBytes,
    blocks: all.length,
    damagedBlocks: all.filter(({ isDamaged }) => isDamaged === true).length,
    storedBytes,
    exemplars: head.exemplars.size,
    oldest: spans.length === 0 ? null : spans.reduce((least, { start }) => Math.min(least, start), Infinity),
    newest: spans.length === 0 ? null : spans.reduce((most, { end }) => Math.max(most, end), -Infinity),
    refusals: { ...refusals },
  };
}
