import { RESOLUTIONS, type Resolution } from "../head/shard-settings.ts";
import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import { mergeRollups } from "../rollups/merge-rollups.ts";
import { COLUMN_NAMES, type RollupColumns } from "../rollups/rollup.ts";
import { decodeRollup } from "../rollups/rollup-chunk.ts";
import type { TimeSpan } from "./discovery.ts";
import { chunksOf, readPages } from "./read-pages.ts";
import { type ShardReader, toPlainMatchers } from "./shard-reader.ts";

export interface SeriesRollup {
  readonly labels: Labels;
  readonly rollup: RollupColumns;
}

export interface RollupSelection extends TimeSpan {
  readonly matchers: readonly Matcher[];
  readonly resolution: Exclude<Resolution, "raw">;
}

/** The buckets of series that have a part in a span, the first and the last whole; every series once. */
export async function readRollups(
  readers: readonly ShardReader[],
  { matchers, resolution, start, end }: RollupSelection,
): Promise<SeriesRollup[]> {
  const request = { matchers: toPlainMatchers(matchers), resolution, start, end };
  const shards = readers.map((reader) => readPages((cursor) => reader.rollups(request, cursor)));
  const found = new Map<string, { labels: Labels; parts: RollupColumns[] }>();
  for (const pages of shards) {
    for await (const page of pages) {
      for (const { labels, chunks } of chunksOf(page)) {
        const known = found.get(labels.key) ?? { labels, parts: [] };
        found.set(labels.key, known);
        known.parts.push(...chunks.map(decodeRollup));
      }
    }
  }
  const first = start - RESOLUTIONS[resolution];
  return [...found.values()].flatMap(({ labels, parts }) => {
    const rollup = cutRollup(mergeRollups(parts), first, end);
    return rollup.start.length === 0 ? [] : [{ labels, rollup }];
  });
}

/** The buckets with `after < start <= until`. */
function cutRollup(rollup: RollupColumns, after: number, until: number): RollupColumns {
  const { start } = rollup;
  const from = start.findIndex((time) => time > after);
  const to = start.findLastIndex((time) => time <= until) + 1;
  const columns = COLUMN_NAMES.map((name) => [
    name,
    from < 0 ? start.subarray(0, 0) : rollup[name].subarray(from, to),
  ]);
  return { ...rollup, ...Object.fromEntries(columns) };
}
