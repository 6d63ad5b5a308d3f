import { decodeLabels, encodeLabels, hashBytes } from "../model/label-codec.ts";
import { Labels, METRIC_NAME } from "../model/labels.ts";
import type { AppendResult, SampleBatch } from "../model/sample-batch.ts";
import { type DecodedRequest, NO_ITEM } from "./batch-builder.ts";
import { describeSeries, type Refusal, refusal } from "./refusal.ts";
import type { Written } from "./remote-write-format.ts";

/** What of a batch goes to one shard. */
interface ShardPart {
  readonly shard: number;
  readonly batch: SampleBatch;
  /** Which sample of the whole batch sample i of this one is; null where all went to this shard. */
  readonly samples: Uint32Array | null;
}

/**
 * Divides a batch by the hashes of its series. A metric's metadata goes where the series goes that has its name and no
 * other label, so that one shard has it.
 *
 * @param shardOf the shard of a series, by the two words of its hash
 */
export function splitByShard(
  batch: SampleBatch,
  shardOf: (first: number, second: number) => number,
): ShardPart[] {
  const shards = new Int32Array(batch.labelEnds.length);
  for (let series = 0; series < shards.length; series++)
    shards[series] = shardOf(batch.hashes[series * 2] ?? 0, batch.hashes[series * 2 + 1] ?? 0);
  const metadataShards = batch.metadata.map(({ metric }) => shardOfMetric(metric, shardOf));
  const all = new Set([...shards, ...metadataShards]);
  const [only] = all;
  if (only === undefined) return [];
  if (all.size === 1) return [{ shard: only, batch, samples: null }];
  return [...all].sort((a, b) => a - b).map((shard) => partOf(batch, shard, shards, metadataShards));
}

function partOf(
  batch: SampleBatch,
  shard: number,
  shards: Int32Array,
  metadataShards: readonly number[],
): ShardPart {
  const newSeries = new Int32Array(shards.length).fill(-1);
  const labels: Uint8Array[] = [];
  const labelEnds: number[] = [];
  const hashes: number[] = [];
  let labelsLength = 0;
  for (const [series, shardOfSeries] of shards.entries()) {
    if (shardOfSeries !== shard) continue;
    newSeries[series] = labelEnds.length;
    const bytes = labelBytes(batch, series);
    labels.push(bytes);
    labelsLength += bytes.length;
    labelEnds.push(labelsLength);
    hashes.push(batch.hashes[series * 2] ?? 0, batch.hashes[series * 2 + 1] ?? 0);
  }
  const joined = new Uint8Array(labelsLength);
  for (const [at, bytes] of labels.entries()) joined.set(bytes, at === 0 ? 0 : labelEnds[at - 1]);
  const samples = samplesOf(batch, newSeries);
  const newSample = new Map(
    batch.histograms.length === 0 ? [] : Array.from(samples, (whole, part) => [whole, part]),
  );
  return {
    shard,
    samples,
    batch: {
      labelBytes: joined,
      labelEnds: Uint32Array.from(labelEnds),
      hashes: Uint32Array.from(hashes),
      ...columnsOf(batch, samples, newSeries),
      histograms: batch.histograms.flatMap(({ sample, histogram }) => {
        const part = newSample.get(sample);
        return part === undefined ? [] : [{ sample: part, histogram }];
      }),
      exemplars: batch.exemplars.flatMap(({ series, exemplar }) => {
        const part = newSeries[series] ?? -1;
        return part < 0 ? [] : [{ series: part, exemplar }];
      }),
      metadata: batch.metadata.filter((_, at) => metadataShards[at] === shard),
    },
  };
}

function samplesOf(batch: SampleBatch, newSeries: Int32Array): Uint32Array {
  const samples = new Uint32Array(batch.series.length);
  let count = 0;
  for (let sample = 0; sample < samples.length; sample++)
    if ((newSeries[batch.series[sample] ?? 0] ?? -1) >= 0) samples[count++] = sample;
  return samples.slice(0, count);
}

function columnsOf(
  batch: SampleBatch,
  samples: Uint32Array,
  newSeries: Int32Array,
): Pick<SampleBatch, "series" | "times" | "values"> {
  const { length } = samples;
  const series = new Uint32Array(length);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  const from = new Uint32Array(batch.values.buffer, batch.values.byteOffset, batch.values.length * 2);
  const bits = new Uint32Array(values.buffer);
  for (let part = 0; part < length; part++) {
    const whole = samples[part] ?? 0;
    series[part] = newSeries[batch.series[whole] ?? 0] ?? 0;
    times[part] = batch.times[whole] ?? 0;
    bits[part * 2] = from[whole * 2] ?? 0;
    bits[part * 2 + 1] = from[whole * 2 + 1] ?? 0;
  }
  return { series, times, values };
}

/** What became of a request when every shard has answered. */
export interface IngestOutcome {
  /** What is durable now. */
  readonly written: Written;
  /** By the request's items, in their order. An item is refused if any of its samples is. */
  readonly refused: readonly Refusal[];
}

/** @param answers of the shards, one for every part */
export function outcomeOf(
  request: DecodedRequest,
  answers: readonly { readonly part: ShardPart; readonly result: AppendResult }[],
): IngestOutcome {
  const { batch, items } = request;
  const byItem = new Map<number, Refusal>(request.refused.map((refused) => [refused.item, refused]));
  const isHistogram = new Set(batch.histograms.map(({ sample }) => sample));
  let samples = batch.series.length - isHistogram.size;
  let histograms = isHistogram.size;
  for (const { part, result } of answers) {
    for (const { sample, reason } of result.refused) {
      const whole = part.samples?.[sample] ?? sample;
      if (isHistogram.has(whole)) histograms -= 1;
      else samples -= 1;
      const item = items[whole] ?? 0;
      if (item === NO_ITEM || byItem.has(item)) continue;
      byItem.set(item, refusal(item, reason, describeLabels(batch, batch.series[whole] ?? 0)));
    }
  }
  return {
    written: { samples, histograms, exemplars: batch.exemplars.length },
    refused: [...byItem.values()].sort((a, b) => a.item - b.item),
  };
}

function describeLabels(batch: SampleBatch, series: number): string {
  return describeSeries(decodeLabels(labelBytes(batch, series)).flat);
}

function labelBytes(batch: SampleBatch, series: number): Uint8Array {
  return batch.labelBytes.subarray(series === 0 ? 0 : batch.labelEnds[series - 1], batch.labelEnds[series]);
}

function shardOfMetric(metric: string, shardOf: (first: number, second: number) => number): number {
  const bytes = encodeLabels(Labels.of({ [METRIC_NAME]: metric }));
  const hash = new Uint32Array(2);
  hashBytes(bytes, 0, bytes.length, hash, 0);
  return shardOf(hash[0] ?? 0, hash[1] ?? 0);
}
