import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chunkRange,
  decodeChunk,
  encodeChunk,
  encodeRawChunk,
} from "../../../../workers/monitoring/chunks/chunk.ts";
import { DamagedChunkError } from "../../../../workers/monitoring/chunks/damaged-chunk-error.ts";
import { splitRuns } from "../../../../workers/monitoring/chunks/split-runs.ts";
import type { Histogram } from "../../../../workers/monitoring/model/histogram.ts";
import { markStale, Samples } from "../../../../workers/monitoring/model/samples.ts";
import {
  arbitraryFloats,
  arbitraryHistogram,
  arbitrarySamples,
  arbitraryTimes,
} from "./arbitrary-samples.ts";
import { expectSameSamples } from "./same-samples.ts";

const START = Date.UTC(2026, 0, 1);
const scraped = (values: readonly number[], jitter = 0) =>
  new Samples(
    Float64Array.from(values, (_, i) => START + i * 15_000 + ((i * 7919) % (jitter + 1))),
    Float64Array.from(values),
  );

describe("a chunk", () => {
  it("gives back every bit of what was put in", () => {
    fc.assert(
      fc.property(arbitrarySamples, (samples) => {
        expectSameSamples(decodeChunk(encodeChunk(samples)), samples);
        expectSameSamples(decodeChunk(encodeRawChunk(samples)), samples);
      }),
      { numRuns: 400 },
    );
  });

  it("takes memory that lies anywhere in a buffer", () => {
    fc.assert(
      fc.property(arbitraryFloats, fc.nat(7), (samples, offset) => {
        const bytes = encodeChunk(samples);
        const shifted = new Uint8Array(bytes.length + 16).fill(0xa5);
        shifted.set(bytes, offset);
        expectSameSamples(decodeChunk(shifted.subarray(offset, offset + bytes.length)), samples);
      }),
    );
  });

  it("says its range and count without being decoded", () => {
    fc.assert(
      fc.property(arbitrarySamples, (samples) => {
        const range = { count: samples.length, start: samples.times[0], end: samples.times.at(-1) };
        expect(chunkRange(encodeChunk(samples))).toEqual(range);
        expect(chunkRange(encodeRawChunk(samples))).toEqual(range);
      }),
    );
  });

  it("refuses any single flipped bit and any truncation", () => {
    fc.assert(
      fc.property(arbitrarySamples, fc.boolean(), fc.nat(), (samples, raw, seed) => {
        const bytes = raw ? encodeRawChunk(samples) : encodeChunk(samples);
        const bits = bytes.length * 8;
        for (let i = 0; i < Math.min(bits, 64); i += 1) {
          const bit = bits <= 64 ? i : (seed + i * 104_729) % bits;
          const damaged = bytes.slice();
          damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
          expect(() => decodeChunk(damaged)).toThrow(DamagedChunkError);
        }
        for (let length = Math.max(0, bytes.length - 40); length < bytes.length; length += 1) {
          expect(() => decodeChunk(bytes.subarray(0, length))).toThrow(DamagedChunkError);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("refuses bytes that never were a chunk", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => decodeChunk(bytes)).toThrow(DamagedChunkError);
      }),
    );
  });

  it("refuses no samples, times that do not ascend and times that are no whole milliseconds", () => {
    const values = new Float64Array(2);
    for (const times of [[], [5, 5], [5, 4], [5.5, 6], [1, Number.NaN], [0, 2 ** 52]]) {
      const samples = new Samples(Float64Array.from(times), values.subarray(0, times.length));
      expect(() => encodeChunk(samples)).toThrow(RangeError);
    }
  });

  it("refuses a mix of floats and histograms", () => {
    fc.assert(
      fc.property(arbitraryHistogram, (histogram) => {
        const samples = new Samples(Float64Array.of(1, 2), Float64Array.of(Number.NaN, 7), [histogram, null]);
        expect(() => encodeChunk(samples)).toThrow(RangeError);
      }),
    );
  });
});

describe("the size of a chunk of 240 samples", () => {
  const series = (valueAt: (i: number) => number) => Array.from({ length: 240 }, (_, i) => valueAt(i));
  const bytesASample = (values: number[], jitter = 0) => encodeChunk(scraped(values, jitter)).length / 240;

  it("is next to nothing for a constant that is scraped regularly", () => {
    expect(bytesASample(series(() => 1))).toBeLessThan(0.15);
    expect(bytesASample(series(() => Number.NaN))).toBeLessThan(0.15);
  });

  it("is at most 2.5 bytes a sample for counters and integer gauges, jitter or not", () => {
    let counter = 1_000_000;
    const counted = series((i) => {
      counter += 100 + ((i * 7919) % 113);
      return counter;
    });
    expect(bytesASample(counted)).toBeLessThan(1.2);
    expect(bytesASample(counted, 12)).toBeLessThan(2);
    expect(bytesASample(series((i) => (100_000 + ((i * 7919) % 997)) * 4096))).toBeLessThan(2.5);
  });

  it("is at most 4 bytes a sample for decimals", () => {
    expect(bytesASample(series((i) => ((i * 7919) % 10_007) / 100))).toBeLessThan(2.5);
    expect(bytesASample(series((i) => ((i * 7919) % 100_003) / 1000))).toBeLessThan(4);
  });

  it("is about half a byte for each bucket of a histogram", () => {
    const buckets = Array.from({ length: 20 }, () => 0);
    const histograms = series((i) => i).map((i): Histogram => {
      buckets.forEach((count, b) => {
        buckets[b] = count + (((i + b) * 7919) % (20 - b));
      });
      return {
        schema: 3,
        zeroThreshold: 2 ** -128,
        zeroCount: 0,
        count: buckets.reduce((total, count) => total + count, 0),
        sum: i * 1.5,
        positiveSpans: [{ offset: -10, length: 20 }],
        positiveBuckets: [...buckets],
        negativeSpans: [],
        negativeBuckets: [],
        customValues: [],
        resetHint: "unknown",
      };
    });
    const { times } = scraped(histograms.map(({ sum }) => sum));
    const samples = new Samples(times, new Float64Array(240).fill(Number.NaN), histograms);
    expect(encodeChunk(samples).length / 240 / 20).toBeLessThan(0.6);
  });

  it("is not spoiled by a counter's reset, a missed scrape or a stale marker", () => {
    const samples = scraped(series((i) => (i < 100 ? 5_000_000 + i * 10 : (i - 100) * 10)));
    samples.times.set(
      samples.times.subarray(150).map((time) => time + 60_000),
      150,
    );
    markStale(samples.bits, 99);
    expect(encodeChunk(samples).length / 240).toBeLessThan(0.3);
  });
});

describe("splitting runs", () => {
  it("cuts where the kind changes, so that every run makes a chunk and together they are the samples", () => {
    const kinds = fc.array(fc.constantFrom("float", "histogram", "stale"), { maxLength: 12 });
    fc.assert(
      fc.property(kinds, arbitraryHistogram, fc.gen(), (wanted, histogram, gen) => {
        const histograms = wanted.map((kind): Histogram | null => (kind === "histogram" ? histogram : null));
        const samples = new Samples(
          gen(arbitraryTimes, wanted.length),
          Float64Array.from(wanted, (kind, i) => (kind === "float" ? i : Number.NaN)),
          histograms,
        );
        wanted.forEach((kind, i) => {
          if (kind === "stale") markStale(samples.bits, i);
        });
        const runs = splitRuns(samples);
        const decoded = runs.map((run) => decodeChunk(encodeChunk(run)));
        expect(decoded.flatMap(({ times }) => [...times])).toEqual([...samples.times]);
        expect(decoded.flatMap(({ bits }) => [...bits])).toEqual([...samples.bits]);
        expect(decoded.flatMap((run) => [...(run.histograms ?? Array(run.length).fill(null))])).toEqual(
          histograms,
        );
        const floatsAndHistograms = wanted.filter((kind) => kind !== "stale");
        const changes = floatsAndHistograms.filter((kind, i) => i > 0 && kind !== floatsAndHistograms[i - 1]);
        expect(runs.length).toBe(wanted.length === 0 ? 0 : changes.length + 1);
      }),
    );
  });
});
