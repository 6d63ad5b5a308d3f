import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBlobs } from "../../../../workers/monitoring/chunks/blob.ts";
import { BlobReader } from "../../../../workers/monitoring/chunks/blob-reader.ts";
import { chunkRange, decodeChunk } from "../../../../workers/monitoring/chunks/chunk.ts";
import { DamagedChunkError } from "../../../../workers/monitoring/chunks/damaged-chunk-error.ts";
import { RESOLUTIONS } from "../../../../workers/monitoring/head/shard-settings.ts";
import { markStale, Samples } from "../../../../workers/monitoring/model/samples.ts";
import { coarsen, mergeRollups } from "../../../../workers/monitoring/rollups/merge-rollups.ts";
import { COLUMN_NAMES, type RollupColumns, rollUp } from "../../../../workers/monitoring/rollups/rollup.ts";
import { decodeRollup, encodeRollup } from "../../../../workers/monitoring/rollups/rollup-chunk.ts";
import { arbitraryFloats } from "../chunks/arbitrary-samples.ts";

const { "1m": ONE_MINUTE, "5m": FIVE_MINUTES, "1h": ONE_HOUR, "1d": ONE_DAY } = RESOLUTIONS;

const samplesOf = (pairs: readonly (readonly [time: number, value: number])[]) =>
  new Samples(
    Float64Array.from(pairs, ([time]) => time),
    Float64Array.from(pairs, ([, value]) => value),
  );

/** Counters and gauges whose sums do not leave the doubles. */
const moderate = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: -1e6, max: 1e6 })), {
    minLength: 1,
    maxLength: 80,
  })
  .map((steps) => {
    let time = Date.UTC(2026, 0, 1);
    return samplesOf(
      steps.map(([step, value]) => {
        time += step;
        return [time, value / 100];
      }),
    );
  });

const part = ({ times, values }: Samples, from: number, to: number) =>
  new Samples(times.subarray(from, to), values.subarray(from, to));

function expectSameRollup(actual: RollupColumns, expected: RollupColumns): void {
  expect(actual.resolution).toBe(expected.resolution);
  for (const name of COLUMN_NAMES) {
    const tolerant = name === "sum" || name === "increase";
    const column = [...actual[name]];
    if (!tolerant) expect({ [name]: column }).toEqual({ [name]: [...expected[name]] });
    else expect(column).toEqual([...expected[name]].map((value) => expect.closeTo(value, 5)));
  }
}

const rowOf = (rollup: RollupColumns, row: number) =>
  Object.fromEntries(COLUMN_NAMES.map((name) => [name, rollup[name][row]]));

describe("a rollup", () => {
  it("says of each bucket what its samples are", () => {
    const rollup = rollUp(
      samplesOf([
        [60_000, 10],
        [75_000, 14],
        [90_000, 3],
        [119_999, 5],
        [240_000, 7],
      ]),
      ONE_MINUTE,
    );
    expect(rollup.start.length).toBe(2);
    expect(rowOf(rollup, 0)).toEqual({
      start: 60_000,
      count: 4,
      sum: 32,
      min: 3,
      max: 14,
      first: 10,
      last: 5,
      firstTime: 60_000,
      lastTime: 119_999,
      increase: 4 + 3 + 2,
    });
    expect(rowOf(rollup, 1)).toMatchObject({ start: 240_000, count: 1, sum: 7, increase: 0 });
  });

  it("leaves out NaN and stale markers, and a bucket that has nothing else", () => {
    const samples = samplesOf([
      [0, 1],
      [15_000, Number.NaN],
      [30_000, 5],
      [60_000, 0],
      [120_000, Number.NaN],
    ]);
    markStale(samples.bits, 3);
    const rollup = rollUp(samples, ONE_MINUTE);
    expect(rollup.start).toEqual(Float64Array.of(0));
    expect(rowOf(rollup, 0)).toMatchObject({ count: 2, sum: 6, increase: 4, lastTime: 30_000 });
    expect(rollUp(part(samples, 3, 5), ONE_MINUTE).start.length).toBe(0);
  });

  it("adds decimals up to decimals, and leaves full precision alone", () => {
    const decimals = rollUp(
      samplesOf([
        [0, 0.1],
        [1, 0.3],
        [2, 0.7],
      ]),
      ONE_MINUTE,
    );
    expect(rowOf(decimals, 0)).toMatchObject({ sum: 1.1, increase: 0.6 });
    const precise = rollUp(
      samplesOf([
        [0, Math.PI],
        [1, Math.E],
      ]),
      ONE_MINUTE,
    );
    expect(rowOf(precise, 0)).toMatchObject({ sum: Math.PI + Math.E, increase: Math.E });
    expect(
      rowOf(
        rollUp(
          samplesOf([
            [0, 1e-300],
            [1, 2e-300],
          ]),
          ONE_MINUTE,
        ),
        0,
      ),
    ).toMatchObject({ sum: 3e-300 });
  });

  it("keeps infinities, and has no sum of both", () => {
    const both = rollUp(
      samplesOf([
        [0, Number.POSITIVE_INFINITY],
        [1, Number.NEGATIVE_INFINITY],
      ]),
      ONE_MINUTE,
    );
    expect(rowOf(both, 0)).toMatchObject({
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
      sum: Number.NaN,
    });
  });

  it("puts times before 1970 into the bucket that begins before them", () => {
    expect(rollUp(samplesOf([[-1, 1]]), ONE_MINUTE).start).toEqual(Float64Array.of(-60_000));
  });

  it("is the same whether a series is rolled up whole or in parts", () => {
    fc.assert(
      fc.property(moderate, fc.array(fc.nat(80), { maxLength: 5 }), fc.gen(), (samples, cuts, gen) => {
        const ends = [...cuts, samples.length].filter((cut) => cut <= samples.length).sort((a, b) => a - b);
        const parts = ends.map((end, i) => part(samples, ends[i - 1] ?? 0, end));
        const rollups = parts.map((samples) => rollUp(samples, FIVE_MINUTES));
        const shuffled = gen(() => fc.shuffledSubarray(rollups, { minLength: rollups.length }));
        expectSameRollup(mergeRollups(shuffled), rollUp(samples, FIVE_MINUTES));
      }),
    );
  });

  it("is the same whether it is made of samples or of shorter buckets", () => {
    fc.assert(
      fc.property(moderate, (samples) => {
        let finer = rollUp(samples, ONE_MINUTE);
        for (const resolution of [FIVE_MINUTES, ONE_HOUR, ONE_DAY]) {
          finer = coarsen(finer, resolution);
          expectSameRollup(finer, rollUp(samples, resolution));
        }
      }),
    );
  });

  it("counts a reset that falls between two parts", () => {
    const before = rollUp(
      samplesOf([
        [0, 100],
        [10, 130],
      ]),
      ONE_MINUTE,
    );
    const after = rollUp(
      samplesOf([
        [20, 5],
        [30, 9],
      ]),
      ONE_MINUTE,
    );
    expect(mergeRollups([after, before]).increase).toEqual(Float64Array.of(30 + 5 + 4));
  });

  it("merges parts that lie between each other", () => {
    const outer = rollUp(
      samplesOf([
        [0, 1],
        [40_000, 4],
        [120_000, 9],
      ]),
      ONE_MINUTE,
    );
    const inner = rollUp(
      samplesOf([
        [20_000, 2],
        [61_000, 5],
      ]),
      ONE_MINUTE,
    );
    const merged = mergeRollups([outer, inner]);
    expect(merged.start).toEqual(Float64Array.of(0, 60_000, 120_000));
    expect(rowOf(merged, 0)).toMatchObject({ count: 3, sum: 7, last: 4, lastTime: 40_000 });
  });

  it("refuses to merge what does not fit together", () => {
    const [minute, five] = [ONE_MINUTE, FIVE_MINUTES].map((length) => rollUp(samplesOf([[0, 1]]), length));
    if (minute === undefined || five === undefined) throw new Error("There are no rollups.");
    expect(() => mergeRollups([minute, five])).toThrow(RangeError);
    expect(() => mergeRollups([])).toThrow(RangeError);
    expect(() => coarsen(five, ONE_MINUTE)).toThrow(RangeError);
  });
});

describe("a rollup chunk", () => {
  it("gives back every column", () => {
    fc.assert(
      fc.property(
        fc.oneof(moderate, arbitraryFloats),
        fc.constantFrom(ONE_MINUTE, FIVE_MINUTES, ONE_HOUR, ONE_DAY),
        (samples, resolution) => {
          const rollup = rollUp(samples, resolution);
          fc.pre(rollup.start.length > 0);
          const bytes = encodeRollup(rollup);
          expect(decodeRollup(bytes)).toEqual(rollup);
          expect(chunkRange(bytes)).toEqual({
            count: rollup.start.length,
            start: rollup.start[0],
            end: (rollup.start.at(-1) ?? 0) + resolution - 1,
          });
        },
      ),
    );
  });

  it("takes a few bytes for a bucket of a counter", () => {
    const counter = Array.from({ length: 960 }, (_, i) => [i * 15_000, i * 100 + ((i * 7919) % 97)] as const);
    expect(encodeRollup(rollUp(samplesOf(counter), ONE_MINUTE)).length / 240).toBeLessThan(4.5);
    const idle = Array.from({ length: 960 }, (_, i) => [i * 15_000, 12] as const);
    expect(encodeRollup(rollUp(samplesOf(idle), ONE_MINUTE)).length / 240).toBeLessThan(0.25);
  });

  it("refuses any single flipped bit and any truncation", () => {
    fc.assert(
      fc.property(moderate, fc.nat(), (samples, seed) => {
        const bytes = encodeRollup(rollUp(samples, ONE_MINUTE));
        for (let i = 0; i < 32; i += 1) {
          const bit = (seed + i * 104_729) % (bytes.length * 8);
          const damaged = bytes.slice();
          damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
          expect(() => decodeRollup(damaged)).toThrow(DamagedChunkError);
        }
        expect(() => decodeRollup(bytes.subarray(0, seed % bytes.length))).toThrow(DamagedChunkError);
      }),
      { numRuns: 50 },
    );
  });

  it("is packed into blobs as samples are, and not taken for them", () => {
    const bytes = encodeRollup(
      rollUp(
        samplesOf([
          [0, 1],
          [3_600_000, 2],
        ]),
        ONE_HOUR,
      ),
    );
    const [blob] = packBlobs([{ series: 7, bytes }], 1000);
    if (blob === undefined) throw new Error("Nothing was packed.");
    expect(blob).toMatchObject({ chunks: 1, start: 0, end: 7_199_999 });
    expect(new BlobReader(blob.bytes).find(7, 7_000_000, 8_000_000)).toEqual([bytes]);
    expect(() => decodeChunk(bytes)).toThrow(DamagedChunkError);
  });
});
