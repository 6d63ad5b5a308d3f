import type { Resolution } from "../head/shard-settings.ts";
import type { Labels } from "../model/labels.ts";
import type { SampleStorage, Selection } from "../promql/storage.ts";
import type { RollupColumns } from "../rollups/rollup.ts";

export type RollupResolution = Exclude<Resolution, "raw">;

export interface RolledSeries {
  readonly labels: Labels;
  /** Decodes: ask once. The buckets that overlap the selection's span, if there are any. */
  rollup(): RollupColumns;
}

/** Where the API reads from: the shards, or a test's memory. */
export interface MetricReader extends SampleStorage {
  /** Batches of series, every series once. */
  rollups(selection: Selection, resolution: RollupResolution): AsyncIterable<readonly RolledSeries[]>;
}
