import type { Resolution } from "../head/shard-settings.ts";
import type { Matcher, MatchOperator } from "../model/matcher.ts";
import type { MetricMetadata } from "../model/sample-batch.ts";

/** A matcher as it crosses to a shard. */
export interface PlainMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** The series that all matchers take and that have samples with `start <= time <= end`, in milliseconds. */
export interface SeriesRequest {
  readonly matchers: readonly PlainMatcher[];
  readonly start: number;
  readonly end: number;
}

export interface RollupRequest extends SeriesRequest {
  readonly resolution: Exclude<Resolution, "raw">;
}

/** Where the next page begins; null where there is none. */
export type PageCursor = number | null;

/** Series in columns: the labels of series s are bytes `labelEnds[s - 1]` to `labelEnds[s]`. */
export interface SeriesPage {
  readonly labelBytes: Uint8Array;
  readonly labelEnds: Uint32Array;
  readonly next: PageCursor;
}

/**
 * Series with their chunks. Those of series s are chunks `chunkCounts[s - 1]` to `chunkCounts[s]`, in the order in
 * which they were written: where two have a sample at one time, the later chunk holds. Chunk c is bytes
 * `chunkEnds[c - 1]` to `chunkEnds[c]`; it overlaps the range that was asked for and may reach beyond it.
 */
export interface ChunkPage extends SeriesPage {
  readonly chunkCounts: Uint32Array;
  readonly chunkEnds: Uint32Array;
  readonly chunkBytes: Uint8Array;
}

/**
 * Chunks, and samples that are not packed yet: those of series s are `freshEnds[s - 1]` to `freshEnds[s]`, within the
 * range, in order, and written after the chunks.
 */
export interface SamplePage extends ChunkPage {
  readonly freshEnds: Uint32Array;
  readonly freshTimes: Float64Array;
  readonly freshValues: Float64Array;
}

/** The newest sample of each series. */
export interface LatestPage extends SeriesPage {
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** A histogram's is NaN. */
  readonly values: Float64Array;
}

export interface ShardExemplars {
  /** Label bytes of the series. */
  readonly series: Uint8Array;
  readonly exemplars: readonly {
    /** Names and values in turn. */
    readonly labels: readonly string[];
    readonly value: number;
    readonly time: number;
  }[];
}

/** What queries need of a shard: a MetricShard, or a test's memory. */
export interface ShardReader {
  select(request: SeriesRequest, cursor: PageCursor): Promise<SamplePage>;
  /** Chunks are those of rollups. */
  rollups(request: RollupRequest, cursor: PageCursor): Promise<ChunkPage>;
  latest(request: SeriesRequest, cursor: PageCursor): Promise<LatestPage>;
  series(request: SeriesRequest, cursor: PageCursor): Promise<SeriesPage>;
  labelNames(request: SeriesRequest): Promise<string[]>;
  labelValues(name: string, request: SeriesRequest): Promise<string[]>;
  /** Of one metric, or of all. */
  metadata(metric: string | null): Promise<MetricMetadata[]>;
  exemplars(request: SeriesRequest): Promise<ShardExemplars[]>;
}

export const toPlainMatchers = (matchers: readonly Matcher[]): PlainMatcher[] =>
  matchers.map(({ name, operator, value }) => ({ name, operator, value }));
