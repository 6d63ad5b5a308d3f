import type { SampleBatch } from "../model/sample-batch.ts";

/** An exemplar as it crosses to a shard. */
export interface PlainExemplar {
  /** Its place in the batch. */
  readonly series: number;
  /** Names and values in turn, sorted by name. */
  readonly labels: readonly string[];
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A batch of plain values: an instance of a class does not cross to a Durable Object. */
export interface ShardBatch extends Omit<SampleBatch, "exemplars"> {
  readonly exemplars: readonly PlainExemplar[];
}

/** The batch as {@link ShardBatch}; nothing big is copied. */
export function toShardBatch(batch: SampleBatch): ShardBatch {
  return {
    ...batch,
    exemplars: batch.exemplars.map(({ series, exemplar: { labels, value, time } }) => ({
      series,
      labels: labels.flat,
      value,
      time,
    })),
  };
}
