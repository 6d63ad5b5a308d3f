import { BlobReader } from "../../workers/monitoring/chunks/blob-reader.ts";
import type { SeriesIds } from "../../workers/monitoring/head/series-ids.ts";
import type { BlobRef, Block, BlockStore } from "./block-store.ts";
import type { ColdStore } from "./cold-store.ts";

/** Objects that are fetched at once; a Worker may have six connections open. */
const FETCHES = 4;

export interface ChunkRequest {
  /** Ascending. */
  readonly series: SeriesIds;
  /** Milliseconds, both included. */
  readonly start: number;
  readonly end: number;
}

/** The chunks of each of the series, in the order in which they were written. */
export type ChunksOfSeries = Uint8Array[][];

/** What was to be read is elsewhere by now: to be read again. */
export class BlockReplacedError extends Error {
  override readonly name = "BlockReplacedError";
}

/** Finds the chunks of series in blocks, wherever those are. */
export class ChunkReader {
  readonly #blocks: BlockStore;
  readonly #cold: ColdStore;

  constructor(blocks: BlockStore, cold: ColdStore) {
    this.#blocks = blocks;
    this.#cold = cold;
  }

  /**
   * What is here is read before anything is awaited, so that it is of one moment; cold blobs follow.
   *
   * @throws BlockReplacedError when a day was dropped or packed anew meanwhile
   */
  async read(blocks: readonly Block[], request: ChunkRequest): Promise<ChunksOfSeries> {
    const found = blocks.map((block) => this.#readLocal(block, request));
    const fetches = blocks.flatMap((block, place) =>
      block.place === "cold"
        ? refsOf(block, request).map((ref) => ({ block, ref, into: found[place] ?? [] }))
        : [],
    );
    let next = 0;
    const fetchOneByOne = async () => {
      for (let fetch = fetches[next++]; fetch !== undefined; fetch = fetches[next++]) {
        const bytes = await this.#cold.get(fetch.block, fetch.ref);
        if (bytes === null) throw this.#missing(fetch.block);
        collect(new BlobReader(bytes), fetch.ref, request, fetch.into);
      }
    };
    await Promise.all(Array.from({ length: FETCHES }, fetchOneByOne));
    return Array.from(request.series, (_, place) => found.flatMap((chunks) => chunks[place] ?? []));
  }

  #missing(block: Block): Error {
    return this.#blocks.all.includes(block)
      ? new Error(`An object of the cold block ${block.id} is missing.`)
      : new BlockReplacedError();
  }

  #readLocal(block: Block, request: ChunkRequest): ChunksOfSeries {
    const found: ChunksOfSeries = [];
    if (block.place === "cold") return found;
    for (const ref of refsOf(block, request)) collect(this.#blocks.open(ref.blob), ref, request, found);
    return found;
  }
}

/** The blobs of a block that may have what is asked for. */
function refsOf({ blobs }: Block, { series, start, end }: ChunkRequest): BlobRef[] {
  const first = series[0] ?? 0;
  const last = series[series.length - 1] ?? 0;
  return blobs.filter(
    (ref) => ref.firstSeries <= last && ref.lastSeries >= first && ref.start <= end && ref.end >= start,
  );
}

function collect(reader: BlobReader, ref: BlobRef, request: ChunkRequest, into: ChunksOfSeries): void {
  const { series, start, end } = request;
  for (let place = 0; place < series.length; place++) {
    const id = series[place] ?? 0;
    if (id < ref.firstSeries || id > ref.lastSeries) continue;
    const chunks = reader.find(id, start, end);
    const known = into[place];
    if (known === undefined) into[place] = chunks;
    else known.push(...chunks);
  }
}
