import { decodeChunk } from "../chunks/chunk.ts";
import { cutSamples, mergeSamples } from "../head/order-samples.ts";
import type { Labels } from "../model/labels.ts";
import type { Samples } from "../model/samples.ts";
import type { SampleStorage, SelectedSeries, Selection } from "../promql/storage.ts";
import { chunksOf, readPages } from "./read-pages.ts";
import { type ShardReader, toPlainMatchers } from "./shard-reader.ts";

/** Series of a batch: between two the evaluator looks whether it is to stop. */
const BATCH = 1_000;

/**
 * The samples of some shards. Chunks stay packed until they are asked for.
 *
 * @param isDisjoint whether no series is in two of the shards; otherwise all that is selected is gathered, packed,
 *   before the first series is given
 */
export function shardStorage(readers: readonly ShardReader[], isDisjoint: boolean): SampleStorage {
  return {
    select(selection) {
      const { matchers, start, end } = selection;
      const request = { matchers: toPlainMatchers(matchers), start, end };
      const shards = readers.map((reader) => readPages((cursor) => reader.select(request, cursor)));
      return isDisjoint || readers.length <= 1 ? streamed(shards, selection) : gathered(shards, selection);
    },
  };
}

type Shards = readonly ReturnType<typeof readPages<Awaited<ReturnType<ShardReader["select"]>>>>[];

async function* streamed(shards: Shards, selection: Selection): AsyncGenerator<readonly SelectedSeries[]> {
  for (const pages of shards) {
    for await (const page of pages) {
      yield* batches(
        chunksOf(page).map(({ labels, chunks }) => new StoredSeries(labels, [...chunks], selection)),
      );
    }
  }
}

async function* gathered(shards: Shards, selection: Selection): AsyncGenerator<readonly SelectedSeries[]> {
  const found = new Map<string, StoredSeries>();
  for (const pages of shards) {
    for await (const page of pages) {
      for (const { labels, chunks } of chunksOf(page)) {
        const known = found.get(labels.key);
        if (known === undefined) found.set(labels.key, new StoredSeries(labels, [...chunks], selection));
        else known.chunks.push(...chunks);
      }
    }
  }
  yield* batches([...found.values()]);
}

function* batches(series: readonly SelectedSeries[]): Generator<readonly SelectedSeries[]> {
  for (let from = 0; from < series.length; from += BATCH) yield series.slice(from, from + BATCH);
}

class StoredSeries implements SelectedSeries {
  readonly labels: Labels;
  readonly chunks: Uint8Array[];
  readonly #selection: Selection;

  constructor(labels: Labels, chunks: Uint8Array[], selection: Selection) {
    this.labels = labels;
    this.chunks = chunks;
    this.#selection = selection;
  }

  samples(): Samples {
    const { start, end } = this.#selection;
    return cutSamples(mergeSamples(this.chunks.map(decodeChunk)), start, end);
  }
}
