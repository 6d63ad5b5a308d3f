import { decodeChunk, encodeChunk } from "../../workers/monitoring/chunks/chunk.ts";
import { splitRuns } from "../../workers/monitoring/chunks/split-runs.ts";
import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import type { Labels } from "../../workers/monitoring/model/labels.ts";
import { markStale, Samples } from "../../workers/monitoring/model/samples.ts";
import type { SampleStorage, SelectedSeries, Selection } from "../../workers/monitoring/promql/storage.ts";
import { CustomBucketsConverter } from "./custom-buckets.ts";
import { readHints } from "./read-hints.ts";
import type { Load, SequencePoint } from "./script.ts";

const SERIES_A_BATCH = 10;
/** So few that most series have several chunks. */
const SAMPLES_A_CHUNK = 7;

/** What a script has loaded, kept as the chunks that a shard would keep. */
export class MemoryStorage implements SampleStorage {
  readonly #series = new Map<string, StoredSeries>();

  load({ step, series, withCustomBuckets }: Load): void {
    const converter = new CustomBucketsConverter();
    for (const { labels, points } of series) {
      const samples = points
        .map((point, index) => ({ time: index * step, point }))
        .filter(({ point }) => point.type !== "omitted");
      this.#storedSeries(labels).add(samples);
      converter.add(
        labels,
        samples.flatMap(({ time, point }) => (point.type === "float" ? [{ time, value: point.value }] : [])),
      );
    }
    if (!withCustomBuckets) return;
    for (const { labels, points } of converter.convert())
      this.#storedSeries(labels).add(
        points.map(({ time, histogram }) => ({
          time,
          point: { type: "histogram", histogram, hasHint: false },
        })),
      );
  }

  async *select(selection: Selection): AsyncGenerator<readonly SelectedSeries[]> {
    const { matchers, start, end } = selection;
    const matching = [...this.#series.values()]
      .filter(({ labels }) => matchers.every(({ name, matches }) => matches(labels.get(name))))
      .sort((a, b) => (a.labels.key < b.labels.key ? -1 : 1));
    for (let at = 0; at < matching.length; at += SERIES_A_BATCH)
      yield matching
        .slice(at, at + SERIES_A_BATCH)
        .map((series) => ({ labels: series.labels, samples: () => series.between(start, end) }));
  }

  #storedSeries(labels: Labels): StoredSeries {
    const present = this.#series.get(labels.key);
    if (present !== undefined) return present;
    const made = new StoredSeries(labels);
    this.#series.set(labels.key, made);
    return made;
  }
}

interface TimedPoint {
  readonly time: number;
  readonly point: SequencePoint;
}

class StoredSeries {
  readonly labels: Labels;
  #points: TimedPoint[] = [];
  #chunks: Uint8Array[] = [];

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Of two points of one time, the one that was added last holds. */
  add(points: readonly TimedPoint[]): void {
    const byTime = new Map([...this.#points, ...points].map((timed) => [timed.time, timed]));
    this.#points = [...byTime.values()].sort((a, b) => a.time - b.time);
    this.#chunks = splitRuns(pack(this.#points)).flatMap((run) =>
      Array.from({ length: Math.ceil(run.length / SAMPLES_A_CHUNK) }, (_, index) =>
        encodeChunk(part(run, index * SAMPLES_A_CHUNK, (index + 1) * SAMPLES_A_CHUNK)),
      ),
    );
  }

  between(start: number, end: number): Samples {
    const samples = join(this.#chunks.map(decodeChunk));
    const from = firstIndex(samples.times, (time) => time >= start);
    return part(
      samples,
      from,
      firstIndex(samples.times, (time) => time > end),
    );
  }
}

function part({ times, values, histograms }: Samples, from: number, to: number): Samples {
  return new Samples(
    times.subarray(from, to),
    values.subarray(from, to),
    histograms?.slice(from, to) ?? null,
  );
}

function join(chunks: readonly Samples[]): Samples {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const hasHistograms = chunks.some(({ histograms }) => histograms !== null);
  const joined = new Samples(
    new Float64Array(length),
    new Float64Array(length),
    hasHistograms ? chunks.flatMap((chunk) => chunk.histograms ?? Array(chunk.length).fill(null)) : null,
  );
  let at = 0;
  for (const chunk of chunks) {
    joined.times.set(chunk.times, at);
    joined.bits.set(chunk.bits, at * 2);
    at += chunk.length;
  }
  return joined;
}

function firstIndex(times: Float64Array, holds: (time: number) => boolean): number {
  const index = times.findIndex(holds);
  return index < 0 ? times.length : index;
}

function pack(points: readonly TimedPoint[]): Samples {
  const histograms = withReadHints(
    points.map(({ point }) => (point.type === "histogram" ? point.histogram : null)),
  );
  const samples = new Samples(
    Float64Array.from(points, ({ time }) => time),
    Float64Array.from(points, ({ point }) => (point.type === "float" ? point.value : Number.NaN)),
    histograms.some((histogram) => histogram !== null) ? histograms : null,
  );
  for (const [index, { point }] of points.entries())
    if (point.type === "stale") markStale(samples.bits, index);
  return samples;
}

function withReadHints(histograms: readonly (Histogram | null)[]): (Histogram | null)[] {
  const hints = readHints(histograms);
  return histograms.map((histogram, index) => {
    const resetHint = hints[index];
    return histogram === null || resetHint == null ? null : { ...histogram, resetHint };
  });
}
