import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeChunk } from "../../../../workers/monitoring/chunks/chunk.ts";
import { encodeLabels } from "../../../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { Samples } from "../../../../workers/monitoring/model/samples.ts";
import { ChunkPageBuilder } from "../../../../workers/monitoring/query/page-builder.ts";
import type { SamplePage, ShardReader } from "../../../../workers/monitoring/query/shard-reader.ts";
import { shardStorage } from "../../../../workers/monitoring/query/shard-storage.ts";

type Runs = { series: number; runs: [time: number, value: number][][]; fresh: [number, number][] }[];

const ascending = (samples: [number, number][]) => [...new Map(samples)].sort(([a], [b]) => a - b);
const run = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer()), { minLength: 1, maxLength: 8 })
  .map(ascending);
const shard: fc.Arbitrary<Runs> = fc
  .uniqueArray(
    fc.record({
      series: fc.integer({ min: 0, max: 5 }),
      runs: fc.array(run, { minLength: 1, maxLength: 3 }),
      fresh: fc.oneof(fc.constant<[number, number][]>([]), run),
    }),
    { selector: ({ series }) => series, maxLength: 5 },
  )
  .map((found) => found.sort((a, b) => a.series - b.series));

const labelsOf = (series: number) => Labels.of({ __name__: "m", series: String(series) });

/** Pages of two series each. */
function readerOf(held: Runs): ShardReader {
  const select = async (_: unknown, cursor: number | null): Promise<SamplePage> => {
    const from = cursor ?? 0;
    const builder = new ChunkPageBuilder();
    const fresh: [number, number][] = [];
    const ends: number[] = [];
    for (const { series, runs, fresh: own } of held.slice(from, from + 2)) {
      const chunks = runs.map((samples) =>
        encodeChunk(
          new Samples(
            Float64Array.from(samples, ([time]) => time),
            Float64Array.from(samples, ([, value]) => value),
          ),
        ),
      );
      builder.add(encodeLabels(labelsOf(series)), chunks);
      fresh.push(...own);
      ends.push(fresh.length);
    }
    return {
      ...builder.finish(from + 2 < held.length ? from + 2 : null),
      freshEnds: Uint32Array.from(ends),
      freshTimes: Float64Array.from(fresh, ([time]) => time),
      freshValues: Float64Array.from(fresh, ([, value]) => value),
    };
  };
  return { select } as Pick<ShardReader, "select"> as ShardReader;
}

async function read(readers: ShardReader[], isDisjoint: boolean, start: number, end: number) {
  const found = new Map<string, [number, number][]>();
  for await (const batch of shardStorage(readers, isDisjoint).select({ matchers: [], start, end })) {
    for (const series of batch) {
      expect(found.has(series.labels.key)).toBe(false);
      const { times, values } = series.samples();
      found.set(
        series.labels.key,
        Array.from(times, (time, i) => [time, values[i] ?? 0]),
      );
    }
  }
  return found;
}

it("gives each series once, its chunks merged by time, the later written winning", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(shard, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }),
      async (shards, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const expected = new Map<string, Map<number, number>>();
        for (const { series, runs, fresh } of shards.flat()) {
          const { key } = labelsOf(series);
          const samples = expected.get(key) ?? new Map<number, number>();
          expected.set(key, samples);
          for (const [time, value] of [...runs.flat(), ...fresh]) samples.set(time, value);
        }
        const cut = [...expected].map(([key, samples]): [string, [number, number][]] => [
          key,
          ascending([...samples]).filter(([time]) => time >= start && time <= end),
        ]);
        expect(await read(shards.map(readerOf), shards.length === 1, start, end)).toEqual(new Map(cut));
      },
    ),
  );
});

it("passes a shard's failure on, and asks for no page once nobody reads", async () => {
  const failing = { select: () => Promise.reject(new Error("away")) } as Pick<ShardReader, "select">;
  await expect(read([failing as ShardReader], true, 0, 1)).rejects.toThrow("away");
  const held: Runs = Array.from({ length: 9 }, (_, series) => ({ series, runs: [[[1, 1]]], fresh: [] }));
  let asked = 0;
  const reader = readerOf(held);
  const counting = {
    select: (request, cursor) => {
      asked++;
      return reader.select(request, cursor);
    },
  } as Pick<ShardReader, "select">;
  for await (const batch of shardStorage([counting as ShardReader], true).select({
    matchers: [],
    start: 0,
    end: 9,
  })) {
    expect(batch).toHaveLength(2);
    break;
  }
  expect(asked).toBe(2);
});
