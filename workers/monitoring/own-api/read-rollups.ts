import { firstFrom } from "../head/order-samples.ts";
import type { Selection } from "../promql/storage.ts";
import { chunksOf, type PagedSeries, readPages } from "../query/read-pages.ts";
import { type ChunkPage, type ShardReader, toPlainMatchers } from "../query/shard-reader.ts";
import { mergeRollups } from "../rollups/merge-rollups.ts";
import { COLUMN_NAMES, type RollupColumns } from "../rollups/rollup.ts";
import { decodeRollup } from "../rollups/rollup-chunk.ts";
import type { RolledSeries, RollupResolution } from "./metric-reader.ts";

/**
 * The rollups that some shards have or make of their samples. They stay packed until they are asked for.
 *
 * @param isDisjoint whether no series is in two of the shards; otherwise all is gathered, packed, before the first
 *   series is given
 */
export async function* readRollups(
  readers: readonly ShardReader[],
  isDisjoint: boolean,
  { matchers, start, end }: Selection,
  resolution: RollupResolution,
): AsyncGenerator<readonly RolledSeries[]> {
  const request = { matchers: toPlainMatchers(matchers), start, end, resolution };
  const shards = readers.map((reader) => readPages((cursor) => reader.rollups(request, cursor)));
  const batches = isDisjoint || readers.length <= 1 ? streamed(shards) : gathered(shards);
  for await (const batch of batches) {
    yield batch.map(({ labels, chunks }) => ({
      labels,
      rollup: () => cutRollup(mergeRollups(chunks.map(decodeRollup)), start, end),
    }));
  }
}

type Shards = readonly AsyncIterable<ChunkPage>[];

async function* streamed(shards: Shards): AsyncGenerator<readonly PagedSeries[]> {
  for (const pages of shards) {
    for await (const page of pages) yield chunksOf(page);
  }
}

async function* gathered(shards: Shards): AsyncGenerator<readonly PagedSeries[]> {
  const found = new Map<string, PagedSeries>();
  for (const pages of shards) {
    for await (const page of pages) {
      for (const series of chunksOf(page)) {
        const known = found.get(series.labels.key)?.chunks ?? [];
        found.set(series.labels.key, { ...series, chunks: [...known, ...series.chunks] });
      }
    }
  }
  for (const series of found.values()) yield [series];
}

/** The buckets that overlap a span; shares memory with all of them. */
function cutRollup(rollup: RollupColumns, start: number, end: number): RollupColumns {
  const from = firstFrom(rollup.start, start - rollup.resolution, true);
  const to = firstFrom(rollup.start, end, true);
  const columns = COLUMN_NAMES.map((name) => [name, rollup[name].subarray(from, to)]);
  return { ...rollup, ...Object.fromEntries(columns) };
}
