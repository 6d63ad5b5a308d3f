import { decodeChunk } from "../chunks/chunk.ts";
import { cutSamples, mergeSamples } from "../head/order-samples.ts";
import type { Labels } from "../model/labels.ts";
import type { Samples } from "../model/samples.ts";
import type { SampleStorage, SelectedSeries, Selection } from "../promql/storage.ts";
import { type PagedSamples, readPages, samplesOf } from "./read-pages.ts";
import { type SamplePage, type ShardReader, toPlainMatchers } from "./shard-reader.ts";

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

type Shards = readonly AsyncIterable<SamplePage>[];

async function* streamed(shards: Shards, selection: Selection): AsyncGenerator<readonly SelectedSeries[]> {
  for (const pages of shards) {
    for await (const page of pages) {
      yield* batches(samplesOf(page).map((series) => new StoredSeries(series, selection)));
    }
  }
}

async function* gathered(shards: Shards, selection: Selection): AsyncGenerator<readonly SelectedSeries[]> {
  const found = new Map<string, StoredSeries>();
  for (const pages of shards) {
    for await (const page of pages) {
      for (const series of samplesOf(page)) {
        const { key } = series.labels;
        const known = found.get(key);
        if (known === undefined) found.set(key, new StoredSeries(series, selection));
        else known.add(series);
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
  /** What each shard has of it. */
  readonly #parts: PagedSamples[];
  readonly #selection: Selection;

  constructor(series: PagedSamples, selection: Selection) {
    this.labels = series.labels;
    this.#parts = [series];
    this.#selection = selection;
  }

  add(part: PagedSamples): void {
    this.#parts.push(part);
  }

  samples(): Samples {
    const { start, end } = this.#selection;
    const runs = this.#parts.flatMap(({ chunks, fresh }) => {
      const sealed = chunks.map(decodeChunk);
      return fresh === null ? sealed : [...sealed, fresh];
    });
    return cutSamples(mergeSamples(runs), start, end);
  }
}
