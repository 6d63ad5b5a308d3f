import { BatchBuilder, type DecodedRequest } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { MalformedBodyError } from "../../../../workers/monitoring/ingest/malformed-body.ts";
import { SeriesCache } from "../../../../workers/monitoring/ingest/series-cache.ts";
import { decodeLabels } from "../../../../workers/monitoring/model/label-codec.ts";
import type { SampleBatch } from "../../../../workers/monitoring/model/sample-batch.ts";
import { Samples } from "../../../../workers/monitoring/model/samples.ts";

export const NOW = Date.UTC(2026, 0, 15, 12);

/** What a decoder makes of a request, with a cache of its own unless one is given. */
export function decoded(decode: (builder: BatchBuilder) => void, cache = new SeriesCache()): DecodedRequest {
  const builder = new BatchBuilder(cache, NOW);
  decode(builder);
  return builder.finish();
}

/** What a decoder makes of a body that may be anything: a request, or null if the body is malformed. */
export function decodedOrMalformed(decode: (builder: BatchBuilder) => void): DecodedRequest | null {
  try {
    return decoded(decode);
  } catch (error) {
    if (error instanceof MalformedBodyError) return null;
    throw error;
  }
}

export function seriesOf({ labelBytes, labelEnds }: SampleBatch): Record<string, string>[] {
  return Array.from(labelEnds, (end, at) =>
    decodeLabels(labelBytes, at === 0 ? 0 : labelEnds[at - 1], end).toObject(),
  );
}

export interface ReadSample {
  labels: Record<string, string>;
  time: number;
  /** "stale" for a stale marker, "histogram" for a histogram. */
  value: number | "stale" | "histogram";
}

export function samplesOf(batch: SampleBatch): ReadSample[] {
  const series = seriesOf(batch);
  const samples = new Samples(batch.times, batch.values);
  const histograms = new Set(batch.histograms.map(({ sample }) => sample));
  return Array.from(batch.times, (time, at) => ({
    labels: series[batch.series[at] ?? -1] ?? {},
    time,
    value: histograms.has(at) ? "histogram" : samples.isStale(at) ? "stale" : (batch.values[at] ?? 0),
  }));
}

/** A body with some bytes changed, cut or put in. */
export function mutated(
  body: Uint8Array,
  changes: readonly { at: number; byte: number; kind: number }[],
): Uint8Array {
  const bytes = [...body];
  for (const { at, byte, kind } of changes) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    bytes.splice(place, kind === 1 ? 0 : 1, ...(kind === 2 ? [] : [byte]));
  }
  return Uint8Array.from(bytes);
}
