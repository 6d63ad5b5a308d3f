import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBlobs } from "../../../../workers/monitoring/chunks/blob.ts";
import { findRows, readDirectory } from "../../../../workers/monitoring/chunks/blob-directory.ts";
import { BlobReader } from "../../../../workers/monitoring/chunks/blob-reader.ts";
import { chunkRange, decodeChunk, encodeChunk } from "../../../../workers/monitoring/chunks/chunk.ts";
import { DamagedChunkError } from "../../../../workers/monitoring/chunks/damaged-chunk-error.ts";
import { joinFrame } from "../../../../workers/monitoring/chunks/frame.ts";
import type { SeriesChunk } from "../../../../workers/monitoring/chunks/series-chunk.ts";
import { Samples } from "../../../../workers/monitoring/model/samples.ts";
import { arbitrarySamples } from "./arbitrary-samples.ts";

const arbitraryChunks = fc
  .array(fc.record({ series: fc.nat(20), samples: arbitrarySamples }), { maxLength: 30 })
  .map((all) => all.map(({ series, samples }): SeriesChunk => ({ series, bytes: encodeChunk(samples) })));

/** Bounds that force some of the chunks apart, and hold the largest of them. */
const boundFor = (chunks: readonly SeriesChunk[], extra: number) =>
  chunks.reduce((most, { bytes }) => Math.max(most, bytes.length), 0) + 128 + extra;

const inOrder = (chunks: readonly SeriesChunk[]) =>
  chunks
    .map(({ series, bytes }) => ({ series, start: chunkRange(bytes).start, bytes: [...bytes].join() }))
    .sort((a, b) => a.series - b.series || a.start - b.start || (a.bytes < b.bytes ? -1 : 1));

describe("blobs", () => {
  it("give back every chunk, and none is larger than allowed", () => {
    fc.assert(
      fc.property(arbitraryChunks, fc.nat(4000), (chunks, extra) => {
        const maxBytes = boundFor(chunks, extra);
        const blobs = packBlobs(chunks, maxBytes);
        const unpacked = blobs.flatMap(({ bytes }) => [...new BlobReader(bytes).chunks()]);
        expect(inOrder(unpacked)).toEqual(inOrder(chunks));
        for (const { bytes } of blobs) expect(bytes.length).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });

  it("find what a series has in a range, and say beforehand where to look", () => {
    fc.assert(
      fc.property(arbitraryChunks, fc.nat(), fc.nat(), (chunks, from, to) => {
        const times = chunks.flatMap(({ bytes }) => [chunkRange(bytes).start, chunkRange(bytes).end]);
        const start = times[from % times.length] ?? 0;
        const end = times[to % times.length] ?? 0;
        const blobs = packBlobs(chunks, boundFor(chunks, 2000));
        for (let series = 0; series <= 20; series += 1) {
          const found = blobs
            .filter((blob) => blob.firstSeries <= series && series <= blob.lastSeries)
            .filter((blob) => blob.start <= end && blob.end >= start)
            .flatMap(({ bytes }) => new BlobReader(bytes).find(series, start, end));
          const expected = chunks.filter(({ series: of, bytes }) => {
            const range = chunkRange(bytes);
            return of === series && range.start <= end && range.end >= start;
          });
          const known = (bytes: Uint8Array) => ({ series, bytes });
          expect(inOrder(found.map(known))).toEqual(inOrder(expected));
        }
      }),
    );
  });

  it("give out a chunk by ranges of bytes, for stores that hold the blob elsewhere", () => {
    fc.assert(
      fc.property(arbitraryChunks, (chunks) => {
        for (const { bytes, directoryBytes } of packBlobs(chunks, 1e6)) {
          const directory = readDirectory(bytes.slice(0, directoryBytes));
          const slice = (offset = 0, length = 0) => bytes.slice(offset, offset + length);
          const joined = [...directory.series.keys()].map((row) => {
            const part = directory.timePart[row] ?? 0;
            return joinFrame({
              head: directory.head[row] ?? 0,
              timePart: slice(directory.timePartOffset[part], directory.timePartLength[part]),
              valuePart: slice(directory.offset[row], directory.length[row]),
            });
          });
          expect(joined).toEqual([...new BlobReader(bytes).chunks()].map((chunk) => chunk.bytes));
          expect(findRows(directory, 1e6, 0, 1)).toEqual([]);
          expect(directory.size).toBe(bytes.length);
        }
      }),
    );
  });

  it("keep the times of series that are scraped together once", () => {
    const times = Float64Array.from({ length: 240 }, (_, i) => 1e12 + i * 15_000 + ((i * 7919) % 13));
    const chunkOf = (series: number) => ({
      series,
      bytes: encodeChunk(
        new Samples(
          times,
          times.map((_, i) => (i * (series + 1)) % 7),
        ),
      ),
    });
    const bytesOf = (count: number) => {
      const [blob, ...others] = packBlobs(
        Array.from({ length: count }, (_, i) => chunkOf(i)),
        1e6,
      );
      expect(others).toEqual([]);
      return blob?.bytes.length ?? 0;
    };
    const chunk = chunkOf(3).bytes.length;
    const timePart = 100;
    expect((bytesOf(101) - bytesOf(1)) / 100).toBeLessThan(chunk - timePart);
  });

  it("show damage in the directory at once, and elsewhere when a chunk is decoded", () => {
    fc.assert(
      fc.property(arbitraryChunks, fc.nat(), fc.nat(7), (chunks, seed, bit) => {
        for (const { bytes } of packBlobs(chunks, 1e6)) {
          const intact = [...new BlobReader(bytes).chunks()].map((chunk) => [...chunk.bytes].join());
          for (let i = 0; i < 24; i += 1) {
            const place = (seed + i * 104_729) % bytes.length;
            const damaged = bytes.slice();
            damaged[place] = (damaged[place] ?? 0) ^ (1 << bit);
            let reader: BlobReader;
            try {
              reader = new BlobReader(damaged);
            } catch (error) {
              expect(error).toBeInstanceOf(DamagedChunkError);
              continue;
            }
            let changed = 0;
            for (const [row, chunk] of [...reader.chunks()].entries()) {
              if ([...chunk.bytes].join() === intact[row]) continue;
              changed += 1;
              expect(() => decodeChunk(chunk.bytes)).toThrow(DamagedChunkError);
            }
            expect(changed).toBeGreaterThan(0);
          }
          expect(() => new BlobReader(bytes.subarray(0, seed % bytes.length))).toThrow(DamagedChunkError);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("refuse a chunk that is larger than a blob may be", () => {
    const bytes = encodeChunk(new Samples(Float64Array.of(1), Float64Array.of(Math.PI)));
    expect(() => packBlobs([{ series: 1, bytes }], bytes.length)).toThrow(RangeError);
    expect(packBlobs([], 10)).toEqual([]);
  });
});
