import { decodeChunk, encodeRawChunk } from "../../workers/monitoring/chunks/chunk.ts";
import { splitRuns } from "../../workers/monitoring/chunks/split-runs.ts";
import { FloatColumns } from "../../workers/monitoring/head/float-columns.ts";
import type { Head } from "../../workers/monitoring/head/head.ts";
import { cutSamples, mergeSamples } from "../../workers/monitoring/head/order-samples.ts";
import { dayOf, RESOLUTIONS } from "../../workers/monitoring/head/shard-settings.ts";
import { ChunkPageBuilder, SeriesPageBuilder } from "../../workers/monitoring/query/page-builder.ts";
import type {
  ChunkPage,
  LatestPage,
  PageCursor,
  RollupRequest,
  SamplePage,
  SeriesPage,
  SeriesRequest,
} from "../../workers/monitoring/query/shard-reader.ts";
import { rollUp } from "../../workers/monitoring/rollups/rollup.ts";
import { encodeRollup } from "../../workers/monitoring/rollups/rollup-chunk.ts";
import type { Block } from "./block-store.ts";
import { BlockReplacedError, ChunkReader } from "./chunk-reader.ts";
import type { ColdStore } from "./cold-store.ts";
import { sealedWeights } from "./page-weights.ts";
import { selectSeries, seriesFrom } from "./series-selection.ts";
import type { Shard } from "./shard.ts";

/** What a page holds as a rule: an answer may take 32 MiB, and one page travels while another is worked on. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Samples that are rolled up before appends are let in, a few milliseconds of work. */
const SLICE = 20_000;
const MOST_SERIES = 4_000;
const BYTES_A_HEAD_SAMPLE = 16;
/** The latest sample of a series: its time and value. */
const LATEST_BYTES = 16;

const NO_BYTES = new Uint8Array(0);

/** Answers what queries ask of a shard, page by page. Pages go by the numbers of series. */
export class PageReader {
  readonly #shard: Shard;
  readonly #chunks: ChunkReader;

  constructor(shard: Shard, cold: ColdStore) {
    this.#shard = shard;
    this.#chunks = new ChunkReader(shard.blocks, cold);
  }

  select(request: SeriesRequest, cursor: PageCursor): Promise<SamplePage> {
    return readingAgain(() => this.#select(request, cursor));
  }

  /**
   * Rollups of whole days that are over are stored; others are made of raw samples here, as are those that were left
   * out because they are hardly fewer than the samples.
   */
  rollups(request: RollupRequest, cursor: PageCursor): Promise<ChunkPage> {
    return readingAgain(() => this.#rollups(request, cursor));
  }

  async #select(request: SeriesRequest, cursor: PageCursor): Promise<SamplePage> {
    const { head } = this.#shard;
    const blocks = this.#blocks("raw", request);
    const { page, next, labels, freshSamples } = this.#page(request, cursor, blocks);
    const fresh = new FloatColumns();
    fresh.reserve(freshSamples);
    const ends = new Uint32Array(page.length);
    const histograms: Uint8Array[][] = [];
    for (let place = 0; place < page.length; place++) {
      const series = page[place] ?? 0;
      if (!head.copyTo(fresh, series, request.start, request.end)) {
        histograms[place] = packedFresh(head, series, request);
      }
      ends[place] = fresh.length;
    }
    const { times: freshTimes, values: freshValues } = fresh.finish();
    const sealed = await this.#chunks.read(blocks, { ...request, series: page });
    const builder = new ChunkPageBuilder();
    const freshEnds: number[] = [];
    for (const [place, chunks] of sealed.entries()) {
      const packed = [...chunks, ...(histograms[place] ?? [])];
      const end = ends[place] ?? 0;
      if (packed.length === 0 && end === (ends[place - 1] ?? 0)) continue;
      builder.add(labels[place] ?? NO_BYTES, packed);
      freshEnds.push(end);
    }
    return { ...builder.finish(next), freshEnds: Uint32Array.from(freshEnds), freshTimes, freshValues };
  }

  async #rollups(request: RollupRequest, cursor: PageCursor): Promise<ChunkPage> {
    const { head } = this.#shard;
    const range = { ...request, ...wholeBuckets(request) };
    const stored = this.#blocks(request.resolution, range);
    const raw = this.#blocks("raw", range);
    const { page, next, labels } = this.#page(range, cursor, [...stored, ...raw]);
    const fresh = Array.from(page, (series) => head.read(series, range.start, range.end));
    const isClosed = closedDays(stored, raw);
    const [rollups, samples] = await Promise.all([
      this.#chunks.read(
        stored.filter(({ day }) => isClosed.has(day)),
        { ...range, series: page },
      ),
      this.#chunks.read(
        raw.filter(({ day }) => !isClosed.has(day)),
        { ...range, series: page },
      ),
    ]);
    const builder = new ChunkPageBuilder();
    let since = 0;
    for (const [place, run] of fresh.entries()) {
      const chunks = [...(rollups[place] ?? [])];
      const merged = mergeSamples([...(samples[place] ?? []).map(decodeChunk), run]);
      const rolled = rollUp(cutSamples(merged, range.start, range.end), RESOLUTIONS[request.resolution]);
      if (rolled.start.length > 0) chunks.push(encodeRollup(rolled));
      if (chunks.length > 0) builder.add(labels[place] ?? NO_BYTES, chunks);
      since += merged.length;
      if (since < SLICE) continue;
      since = 0;
      await scheduler.wait(0);
    }
    return builder.finish(next);
  }

  series(request: SeriesRequest, cursor: PageCursor): SeriesPage {
    const ids = seriesFrom(selectSeries(this.#shard.head, request), cursor);
    const builder = new SeriesPageBuilder();
    for (const series of ids) {
      if (builder.bytes >= PAGE_BYTES) return builder.finish(series);
      builder.addSeries(this.#shard.head.table.labels(series));
    }
    return builder.finish(null);
  }

  latest(request: SeriesRequest, cursor: PageCursor): LatestPage {
    const { table } = this.#shard.head;
    const ids = seriesFrom(selectSeries(this.#shard.head, request), cursor);
    const builder = new SeriesPageBuilder();
    let count = 0;
    while (count < ids.length && builder.bytes + count * LATEST_BYTES < PAGE_BYTES) {
      builder.addSeries(table.labels(ids[count++] ?? 0));
    }
    const page = ids.subarray(0, count);
    const values = new Float64Array(count);
    const bits = new Uint32Array(values.buffer);
    for (const [place, series] of page.entries()) {
      bits[place * 2] = table.lastLow(series);
      bits[place * 2 + 1] = table.lastHigh(series);
    }
    const times = Float64Array.from(page, (series) => table.last(series));
    return { ...builder.finish(ids[count] ?? null), times, values };
  }

  #blocks(resolution: Block["resolution"], { start, end }: SeriesRequest): Block[] {
    return this.#shard.blocks.all.filter(
      (block) => block.resolution === resolution && block.day >= dayOf(start) && block.day <= dayOf(end),
    );
  }

  /** As many series as fill a page by what they weigh; their labels, since a series may go meanwhile. */
  #page(request: SeriesRequest, cursor: PageCursor, blocks: readonly Block[]) {
    const { head } = this.#shard;
    const ids = seriesFrom(selectSeries(head, request), cursor);
    const sealed = sealedWeights(ids, blocks, request);
    const fresh = freshInRange(head, request);
    const freshBytes = (fresh.load * BYTES_A_HEAD_SAMPLE) / Math.max(1, head.table.size);
    let size = 0;
    for (let bytes = 0; size < ids.length && size < MOST_SERIES && bytes < PAGE_BYTES; size++) {
      bytes += (sealed[size] ?? 0) + freshBytes;
    }
    const page = ids.slice(0, size);
    const labels = Array.from(page, (series) => head.table.labels(series));
    const freshSamples = Math.ceil((fresh.samples * size) / Math.max(1, head.table.size));
    return { page, next: ids[size] ?? null, labels, freshSamples };
  }
}

/** Reads a second time what was packed anew while it was read; that it happens twice is out of the question. */
async function readingAgain<Page>(read: () => Promise<Page>): Promise<Page> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BlockReplacedError)) throw error;
    return read();
  }
}

/** What is not sealed, packed. */
function packedFresh(head: Head, series: number, { start, end }: SeriesRequest): Uint8Array[] {
  return splitRuns(head.read(series, start, end)).map(encodeRawChunk);
}

/** About how many unsealed samples lie in a range, and what they weigh. */
function freshInRange({ cells, frozen }: Head, { start, end }: SeriesRequest) {
  let samples = 0;
  let load = 0;
  for (const some of [cells, frozen]) {
    if (some === null || some.samples === 0) continue;
    const overlap = Math.min(end, some.newest) - Math.max(start, some.oldest);
    if (overlap < 0) continue;
    const share = (overlap + 1) / (some.newest - some.oldest + 1);
    samples += some.samples * share;
    load += some.load * share;
  }
  return { samples, load };
}

/**
 * The days whose rollups hold all samples: no raw block of theirs is newer, or there is none any more. Damaged samples
 * are not left out silently: they are met where the day is rolled up anew.
 */
function closedDays(stored: readonly Block[], raw: readonly Block[]): Set<number> {
  const closed = new Set(stored.map(({ day }) => day));
  for (const { day, level, isDamaged } of raw) if (level < 2 || isDamaged === true) closed.delete(day);
  return closed;
}

/** The range with its first and last bucket whole. */
function wholeBuckets({ start, end, resolution }: RollupRequest): { start: number; end: number } {
  const size = RESOLUTIONS[resolution];
  return { start: Math.floor(start / size) * size, end: (Math.floor(end / size) + 1) * size - 1 };
}
