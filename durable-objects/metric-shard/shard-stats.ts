import type { Resolution } from "../../workers/monitoring/head/shard-settings.ts";
import type { RefusalReason } from "../../workers/monitoring/model/sample-batch.ts";

/** Samples that were not taken, by reason. */
export type Refusals = Partial<Record<RefusalReason, number>>;

/** What a shard holds, for operators. */
export interface ShardStats {
  series: number;
  /** Series that went before their rollups did, to make room for new ones. */
  evictedSeries: number;
  /** Bytes of the labels of all series. */
  labelBytes: number;
  /** Samples that are not sealed. */
  headSamples: number;
  /** Samples that are sealed. */
  sealedSamples: number;
  walBytes: number;
  /** Bytes of packed samples and rollups that are here, by resolution. */
  localBytes: Partial<Record<Resolution, number>>;
  /** Bytes of those in the object store. */
  coldBytes: number;
  blocks: number;
  /** Blocks that cannot be read as a whole, and are kept as they are. */
  damagedBlocks: number;
  storedBytes: number;
  exemplars: number;
  /** Milliseconds since 1970 of the oldest and newest raw sample; null where there is none. */
  oldest: number | null;
  newest: number | null;
  refusals: Refusals;
}
