import { describe, expect, it } from "vitest";
import {
  type InstantQueryOptions,
  instantQuery,
  rangeQuery,
} from "../../../../../workers/monitoring/promql/evaluate/query.ts";
import { every, memoryStorage, type TestSeries } from "./memory-storage.ts";

const MINUTE = 60_000;

function storageOf(...series: TestSeries[]): Pick<InstantQueryOptions, "storage"> {
  return { storage: memoryStorage(series, 1) };
}

async function vector(
  options: InstantQueryOptions,
): Promise<readonly (readonly [labels: Record<string, string>, value: number])[]> {
  const { value } = await instantQuery(options);
  if (value.type !== "vector") throw new TypeError(value.type);
  return value.elements.map((element) => [element.labels.toObject(), element.value]);
}

async function lines(query: string, series: readonly TestSeries[], end: number): Promise<string[]> {
  const storage = memoryStorage(series, 1);
  const { value } = await rangeQuery({ query, storage, start: 0, end, step: MINUTE });
  return value.series.map(({ labels, samples }) => {
    const values = Array.from(samples.times, (time, index) => `${time / MINUTE}:${samples.values[index]}`);
    return `${JSON.stringify(labels.toObject())} ${values.join(" ")}`;
  });
}

describe("instant queries", () => {
  const up = storageOf(every(MINUTE, { __name__: "up", job: "a" }, [1, 2]));

  it("give scalars, strings, vectors and matrices", async () => {
    expect((await instantQuery({ query: "1 + 2", time: 5, ...up })).value).toEqual({
      type: "scalar",
      time: 5,
      value: 3,
    });
    expect((await instantQuery({ query: '("a")', time: 5, ...up })).value).toEqual({
      type: "string",
      time: 5,
      value: "a",
    });
    expect(await vector({ query: "up", time: MINUTE, ...up })).toEqual([[{ __name__: "up", job: "a" }, 2]]);
    const { value } = await instantQuery({ query: "up[2m]", time: MINUTE, ...up });
    expect(value).toMatchObject({ type: "matrix", series: [{ samples: { length: 2 } }] });
  });

  it("look back five minutes, the fifth not included, and no further than a stale marker", async () => {
    const labels = { __name__: "up" };
    const gone = storageOf(every(MINUTE, labels, [1, 2, "stale"]));
    expect(await vector({ query: "up", time: 6 * MINUTE - 1, ...up })).toHaveLength(1);
    expect(await vector({ query: "up", time: 6 * MINUTE, ...up })).toHaveLength(0);
    expect(await vector({ query: "up", time: 2 * MINUTE - 1, ...gone })).toEqual([[labels, 2]]);
    expect(await vector({ query: "up", time: 2 * MINUTE, ...gone })).toHaveLength(0);
    expect(await vector({ query: "count_over_time(up[5m])", time: 2 * MINUTE, ...gone })).toEqual([[{}, 2]]);
    expect(await vector({ query: "up", time: 3 * MINUTE, lookbackDelta: MINUTE, ...up })).toHaveLength(0);
  });

  it("see all series of a batch, however large", async () => {
    const series = Array.from({ length: 300 }, (_, i) =>
      every(MINUTE, { __name__: "x", i: String(i) }, [1, 3]),
    );
    const storage = memoryStorage(series, 300);
    expect(await vector({ query: "sum(x)", time: MINUTE, storage })).toEqual([[{}, 900]]);
    expect(await vector({ query: "sum(rate(x[2m]) > 0) > 0", time: MINUTE, storage })).toHaveLength(1);
    expect(await vector({ query: "count(x == on (i) x)", time: MINUTE, storage })).toEqual([[{}, 300]]);
  });

  it("keep the order of topk and sort", async () => {
    const three = storageOf(
      every(MINUTE, { __name__: "x", i: "1" }, [2]),
      every(MINUTE, { __name__: "x", i: "2" }, [3]),
      every(MINUTE, { __name__: "x", i: "3" }, [Number.NaN]),
      every(MINUTE, { __name__: "x", i: "4" }, [1]),
    );
    const values = async (query: string) =>
      (await vector({ query, time: 0, ...three })).map(([, value]) => value);
    expect(await values("topk(2, x)")).toEqual([3, 2]);
    expect(await values("bottomk(4, x)")).toEqual([1, 2, 3, Number.NaN]);
    expect(await values("sort(x)")).toEqual([1, 2, 3, Number.NaN]);
  });

  it("drop names at once or when the query ends", async () => {
    const storage = storageOf(
      every(MINUTE, { __name__: "a", i: "1" }, [1]),
      every(MINUTE, { __name__: "b", i: "1" }, [-2]),
    );
    const query = {
      query: 'label_replace(abs({i="1"}), "was", "$1", "__name__", "(.*)")',
      time: 0,
      ...storage,
    };
    await expect(instantQuery(query)).rejects.toThrow("vector cannot contain metrics with the same labelset");
    expect(await vector({ ...query, delayedNameRemoval: true })).toEqual([
      [{ i: "1", was: "a" }, 1],
      [{ i: "1", was: "b" }, 2],
    ]);
  });

  it("tell the time of the sample itself", async () => {
    const query = { time: 2 * MINUTE, ...up };
    expect(await vector({ ...query, query: "timestamp(up)" })).toEqual([[{ job: "a" }, 60]]);
    expect(await vector({ ...query, query: "timestamp(up + 0)" })).toEqual([[{ job: "a" }, 120]]);
  });
});

describe("range queries", () => {
  const counter = every(MINUTE, { __name__: "x" }, [0, 1, 2, 3, 4, 5, 6]);

  it("are sorted by labels, with the steps that have a value", async () => {
    const series = [
      every(MINUTE, { __name__: "x", i: "2" }, [null, 5]),
      every(MINUTE, { __name__: "x", i: "1" }, [7, "stale", 8]),
    ];
    expect(await lines("x", series, 2 * MINUTE)).toEqual([
      '{"__name__":"x","i":"1"} 0:7 2:8',
      '{"__name__":"x","i":"2"} 1:5 2:5',
    ]);
  });

  it("hold what is pinned to a time at every step", async () => {
    expect(await lines("x @ 60 + x", [counter], 2 * MINUTE)).toEqual(["{} 0:1 1:2 2:3"]);
    expect(await lines("sum_over_time(x[2m] @ end())", [counter], 2 * MINUTE)).toEqual(["{} 0:3 1:3 2:3"]);
    expect(await lines("timestamp(x @ 60)", [counter], MINUTE)).toEqual(["{} 0:60 1:60"]);
  });

  it("take scalars for series without labels", async () => {
    expect(await lines("time() / 60", [], 2 * MINUTE)).toEqual(["{} 0:0 1:1 2:2"]);
  });

  it("evaluate subqueries at multiples of their step", async () => {
    expect(await lines("sum_over_time(x[3m:2m] offset 1m)", [counter], 6 * MINUTE)).toEqual([
      "{} 1:0 2:0 3:2 4:2 5:6 6:4",
    ]);
  });

  it("refuse strings and range vectors", async () => {
    await expect(lines('"a"', [], 0)).rejects.toThrow('invalid expression type "string" for range query');
    await expect(lines("x[1m]", [], 0)).rejects.toThrow('invalid expression type "range vector"');
  });
});

describe("errors of matching", () => {
  const storage = storageOf(
    every(MINUTE, { __name__: "left", i: "1" }, [1]),
    every(MINUTE, { __name__: "left", i: "2" }, [1]),
    every(MINUTE, { __name__: "right", j: "1" }, [1]),
    every(MINUTE, { __name__: "right", j: 'a"b' }, [1]),
    every(MINUTE, { __name__: "single" }, [1]),
  );

  it.each([
    [
      "single + on () right",
      'found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="right", j="1"}, {__name__="right", j="a\\"b"}];many-to-many matching not allowed: matching labels must be unique on one side',
    ],
    [
      "right + on () group_right () single",
      'found duplicate series for the match group {} on the left hand-side of the operation: [{__name__="right", j="1"}, {__name__="right", j="a\\"b"}];many-to-many matching not allowed: matching labels must be unique on one side',
    ],
    [
      "left + on () single",
      "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
    ],
    [
      '{__name__=~"left|right"} + on () group_left (i, j) single',
      "multiple matches for labels: grouping labels must ensure unique matches",
    ],
  ])("%s", async (query, message) => {
    await expect(instantQuery({ query, time: 0, ...storage })).rejects.toThrow(message);
  });

  it("come up only where there is something to match", async () => {
    expect(await vector({ query: "nothing + on () right", time: 0, ...storage })).toEqual([]);
  });
});
