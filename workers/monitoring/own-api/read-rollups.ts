import type { Selection } from "../promql/storage.ts";
import { chunksOf, type PagedSeries, readPages } from "../query/read-pages.ts";
import { type ChunkPage, type ShardReader, toPlainMatchers } from "../query/shard-reader.ts";
import { mergeRollups } from "../rollups/merge-rollups.ts";
import { decodeRollup } from "../rollups/rollup-chunk.ts";
import type { RolledSeries, RollupResolution } from "./metric-reader.ts";

/**
 * The rollups that some shards have or make of their samples.
 *
 * @param isDisjoint whether no series is in two of the shards; otherwise all is gathered, packed, before the first
 *   series is given
 */
export function readRollups(
  readers: readonly ShardReader[],
  isDisjoint: boolean,
  { matchers, start, end }: Selection,
  resolution: RollupResolution,
): AsyncIterable<readonly RolledSeries[]> {
  const request = { matchers: toPlainMatchers(matchers), start, end, resolution };
  const shards = readers.map((reader) => readPages((cursor) => reader.rollups(request, cursor)));
  return isDisjoint || readers.length <= 1 ? streamed(shards) : gathered(shards);
}

async function* streamed(
  shards: readonly AsyncIterable<ChunkPage>[],
): AsyncGenerator<readonly RolledSeries[]> {
  for (const pages of shards) {
    for await (const page of pages) yield chunksOf(page).map(unpacked);
  }
}

async function* gathered(
  shards: readonly AsyncIterable<ChunkPage>[],
): AsyncGenerator<readonly RolledSeries[]> {
  const found = new Map<string, PagedSeries>();
  for (const pages of shards) {
    for await (const page of pages) {
      for (const series of chunksOf(page)) {
        const known = found.get(series.labels.key)?.chunks ?? [];
        found.set(series.labels.key, { ...series, chunks: [...known, ...series.chunks] });
      }
    }
  }
  for (const series of found.values()) yield [unpacked(series)];
}

const unpacked = ({ labels, chunks }: PagedSeries): RolledSeries => ({
  labels,
  rollup: mergeRollups(chunks.map(decodeRollup)),
});
