import { describe, expect, it } from "vitest";
import { encodeLabels } from "../../../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { markStale, Samples } from "../../../../workers/monitoring/model/samples.ts";
import { readLatest } from "../../../../workers/monitoring/own-api/read-latest.ts";
import { readRollups } from "../../../../workers/monitoring/own-api/read-rollups.ts";
import { ChunkPageBuilder, SeriesPageBuilder } from "../../../../workers/monitoring/query/page-builder.ts";
import type { ShardReader } from "../../../../workers/monitoring/query/shard-reader.ts";
import { rollUp } from "../../../../workers/monitoring/rollups/rollup.ts";
import { encodeRollup } from "../../../../workers/monitoring/rollups/rollup-chunk.ts";

const MINUTE = 60_000;
const EVER = { start: 0, end: 1e12 };
type Point = readonly [time: number, value: number | "stale"];

const samplesOf = (points: readonly Point[]): Samples => {
  const samples = new Samples(
    Float64Array.from(points, ([time]) => time),
    Float64Array.from(points, ([, value]) => Number(value)),
  );
  for (const [place, [, value]] of points.entries()) if (value === "stale") markStale(samples.bits, place);
  return samples;
};
const bytesOf = (host: string) => encodeLabels(Labels.of({ __name__: "m", host }));

/** A shard that has samples of hosts, and gives one host a page. */
function shardWith(hosts: Record<string, readonly Point[]>): ShardReader {
  const all = Object.entries(hosts);
  const nextOf = (place: number) => (place + 1 < all.length ? place + 1 : null);
  const unused = async () => Promise.reject(new Error("Nothing asks for this."));
  return {
    async latest(_, cursor) {
      const [host, points] = all[cursor ?? 0] ?? ["", []];
      const page = new SeriesPageBuilder();
      page.addSeries(bytesOf(host));
      const { times, values } = samplesOf(points.slice(-1));
      return { ...page.finish(nextOf(cursor ?? 0)), times, values };
    },
    async rollups(_, cursor) {
      const [host, points] = all[cursor ?? 0] ?? ["", []];
      const page = new ChunkPageBuilder();
      page.add(bytesOf(host), [encodeRollup(rollUp(samplesOf(points), MINUTE))]);
      return page.finish(nextOf(cursor ?? 0));
    },
    select: unused,
    series: unused,
    labelNames: unused,
    labelValues: unused,
    metadata: unused,
    exemplars: unused,
  };
}

describe("the newest samples of shards", () => {
  it("leave out series that have ended, and keep those that went on elsewhere", async () => {
    const shards = [
      shardWith({
        ended: [
          [1, 5],
          [2, "stale"],
        ],
        moved: [
          [3, 1],
          [4, "stale"],
        ],
        odd: [[6, Number.NaN]],
      }),
      shardWith({ moved: [[5, 2]], ended: [[1, 4]] }),
    ];
    const latest = await readLatest(shards, [], EVER);
    expect(latest.map(({ labels, time, value }) => [labels.get("host"), time, value])).toEqual([
      ["moved", 5, 2],
      ["odd", 6, Number.NaN],
    ]);
  });
});

describe("the rollups of shards", () => {
  const read = async (shards: ShardReader[], isDisjoint: boolean, span = EVER) => {
    const found: unknown[] = [];
    for await (const batch of readRollups(shards, isDisjoint, { matchers: [], ...span }, "1m")) {
      for (const { labels, rollup: unpack } of batch) {
        const rollup = unpack();
        found.push([labels.get("host"), [...rollup.start], [...rollup.sum], [...rollup.increase]]);
      }
    }
    return found;
  };

  it("come page by page where no series is in two", async () => {
    const shards = [shardWith({ a: [[1, 1]], b: [[2, 2]] }), shardWith({ c: [[3, 3]] })];
    expect(await read(shards, true)).toEqual([
      ["a", [0], [1], [0]],
      ["b", [0], [2], [0]],
      ["c", [0], [3], [0]],
    ]);
  });

  it("are put together where a series moved from one to another", async () => {
    const shards = [
      shardWith({
        a: [
          [MINUTE + 30_000, 5],
          [2 * MINUTE, 9],
        ],
      }),
      shardWith({
        a: [
          [1, 1],
          [MINUTE, 3],
        ],
        b: [[2, 2]],
      }),
    ];
    expect(await read(shards, false)).toEqual([
      ["a", [0, MINUTE, 2 * MINUTE], [1, 8, 9], [0, 2, 0]],
      ["b", [0], [2], [0]],
    ]);
  });

  it("are the buckets that overlap the span", async () => {
    const points = [0, 1, 2, 3].map((minute) => [minute * MINUTE, minute] as const);
    const span = { start: 2 * MINUTE - 1, end: 2 * MINUTE };
    expect(await read([shardWith({ a: points })], true, span)).toEqual([
      ["a", [MINUTE, 2 * MINUTE], [1, 2], [0, 0]],
    ]);
  });
});
