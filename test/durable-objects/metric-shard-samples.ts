import { env } from "cloudflare:workers";
import type { MetricShard } from "../../durable-objects/metric-shard.ts";
import type { ShardBatch } from "../../workers/monitoring/head/shard-batch.ts";
import { encodeLabels, hashBytes } from "../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../workers/monitoring/model/labels.ts";
import { matcher } from "../../workers/monitoring/model/matcher.ts";
import type { ShardReader } from "../../workers/monitoring/query/shard-reader.ts";
import { shardStorage } from "../../workers/monitoring/query/shard-storage.ts";

let opened = 0;
export const openShard = (): DurableObjectStub<MetricShard> =>
  env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`shard ${opened++}`));

export type Point = readonly [name: string, time: number, value: number];

/** A batch of samples of series that have nothing but a name, or labels of their own. */
export function batchOf(points: readonly Point[], labelsOf = nameOnly): ShardBatch {
  const names = [...new Set(points.map(([name]) => name))];
  const places = new Map(names.map((name, place) => [name, place]));
  const labels = names.map((name) => encodeLabels(labelsOf(name)));
  const hashes = new Uint32Array(labels.length * 2);
  const labelEnds = new Uint32Array(labels.length);
  let end = 0;
  for (const [place, bytes] of labels.entries()) {
    hashBytes(bytes, 0, bytes.length, hashes, place * 2);
    end += bytes.length;
    labelEnds[place] = end;
  }
  const labelBytes = new Uint8Array(end);
  for (const [place, bytes] of labels.entries()) labelBytes.set(bytes, labelEnds[place - 1] ?? 0);
  return {
    labelBytes,
    labelEnds,
    hashes,
    series: Uint32Array.from(points, ([name]) => places.get(name) ?? 0),
    times: Float64Array.from(points, ([, time]) => time),
    values: Float64Array.from(points, ([, , value]) => value),
    histograms: [],
    exemplars: [],
    metadata: [],
  };
}

export const nameOnly = (name: string): Labels => Labels.of({ __name__: name });

export const EVER = { start: 0, end: 8.64e15 };

/** Every sample that a shard has, by the name of its metric, as queries see it. */
export async function samplesOf(
  shard: DurableObjectStub<MetricShard>,
  span: { start: number; end: number } = EVER,
): Promise<Map<string, [number, number][]>> {
  const storage = shardStorage([readerOf(shard)], true);
  const found = new Map<string, [number, number][]>();
  const selection = { matchers: [matcher("__name__", "=~", ".+")], ...span };
  for await (const batch of storage.select(selection)) {
    for (const series of batch) {
      const { times, values } = series.samples();
      if (times.length === 0) continue;
      if (found.has(series.labels.metricName)) throw new Error("A series came twice.");
      found.set(
        series.labels.metricName,
        Array.from(times, (time, i) => [time, values[i] ?? 0]),
      );
    }
  }
  return found;
}

/** A stub's methods return promises of stubs, which are what they promise. */
export const readerOf = (shard: DurableObjectStub<MetricShard>): ShardReader =>
  shard as unknown as ShardReader;
