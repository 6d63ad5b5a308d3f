import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Engine, makeEngine } from "../../../conformance/promql/engine.ts";
import type { MemoryStorage } from "../../../conformance/promql/memory-storage.ts";
import type { MetricShard } from "../../../durable-objects/metric-shard.ts";
import type { ShardBatch } from "../../../workers/monitoring/head/shard-batch.ts";
import { encodeLabels, hashBytes } from "../../../workers/monitoring/model/label-codec.ts";
import type { SampleStorage, SelectedSeries } from "../../../workers/monitoring/promql/storage.ts";
import type { ShardReader } from "../../../workers/monitoring/query/shard-reader.ts";
import { shardStorage } from "../../../workers/monitoring/query/shard-storage.ts";

const ALWAYS = { matchers: [], start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const DAYS_SINCE_1970 = 40_000;

/** Engines that read what a script has loaded from a metric shard, where some of it is sealed and some is not. */
export function inShards(): (storage: MemoryStorage) => Engine {
  const filled = new WeakMap<MemoryStorage, { samples: number; storage: SampleStorage }>();
  return (storage) =>
    makeEngine({
      async *select(selection) {
        const series = await everything(storage);
        const samples = series.reduce((sum, one) => sum + one.samples().length, 0);
        let known = filled.get(storage);
        if (known?.samples !== samples) {
          known = { samples, storage: await fillShard(series) };
          filled.set(storage, known);
        }
        yield* known.storage.select(selection);
      },
    });
}

async function everything(storage: SampleStorage): Promise<SelectedSeries[]> {
  const series: SelectedSeries[] = [];
  for await (const batch of storage.select(ALWAYS)) series.push(...batch);
  return series;
}

let opened = 0;

async function fillShard(series: readonly SelectedSeries[]): Promise<SampleStorage> {
  const shard = env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`conformance ${opened++}`));
  await shard.configure({
    sealSamples: 1,
    retentionDays: {
      raw: DAYS_SINCE_1970,
      "1m": DAYS_SINCE_1970,
      "5m": DAYS_SINCE_1970,
      "1h": DAYS_SINCE_1970,
      "1d": DAYS_SINCE_1970,
    },
  });
  const half = Math.ceil(series.length / 2);
  await append(shard, series.slice(0, half));
  await runDurableObjectAlarm(shard);
  const { headSamples, sealedSamples } = await shard.stats();
  if (headSamples > 0) throw new Error(`${headSamples} samples are not sealed, ${sealedSamples} are.`);
  await append(shard, series.slice(half));
  await evictDurableObject(shard);
  return shardStorage([shard as unknown as ShardReader], true);
}

async function append(
  shard: DurableObjectStub<MetricShard>,
  series: readonly SelectedSeries[],
): Promise<void> {
  if (series.length === 0) return;
  const { refused } = await shard.append(batchOf(series));
  if (refused.length > 0) throw new Error(`The shard refused a sample: ${refused[0]?.reason}`);
}

function batchOf(series: readonly SelectedSeries[]): ShardBatch {
  const labels = series.map((one) => encodeLabels(one.labels));
  const hashes = new Uint32Array(labels.length * 2);
  for (const [place, bytes] of labels.entries()) hashBytes(bytes, 0, bytes.length, hashes, place * 2);
  const runs = series.map((one) => one.samples());
  const count = runs.reduce((sum, { length }) => sum + length, 0);
  const batch = {
    series: new Uint32Array(count),
    times: new Float64Array(count),
    values: new Float64Array(count),
  };
  const histograms: {
    sample: number;
    histogram: NonNullable<ShardBatch["histograms"][number]>["histogram"];
  }[] = [];
  let at = 0;
  for (const [place, run] of runs.entries()) {
    batch.series.fill(place, at, at + run.length);
    batch.times.set(run.times, at);
    batch.values.set(run.values, at);
    for (const [index, histogram] of run.histograms?.entries() ?? [])
      if (histogram !== null) histograms.push({ sample: at + index, histogram });
    at += run.length;
  }
  return {
    ...batch,
    labelBytes: joined(labels),
    labelEnds: endsOf(labels),
    hashes,
    histograms,
    exemplars: [],
    metadata: [],
  };
}

function endsOf(parts: readonly Uint8Array[]): Uint32Array {
  let end = 0;
  return Uint32Array.from(parts, ({ length }) => (end += length));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
