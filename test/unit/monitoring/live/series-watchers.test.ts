import { describe, expect, it } from "vitest";
import { SeriesWatchers } from "../../../../workers/monitoring/live/series-watchers.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { markStale } from "../../../../workers/monitoring/model/samples.ts";
import { batchOf } from "../../../durable-objects/metric-shard-samples.ts";

const NOTHING_REFUSED = { accepted: 1, refused: [] };
const NOW = 1_000_000;
const named = (value: string) => [{ name: "__name__", operator: "=" as const, value }];

const valuesOf = (watchers: SeriesWatchers, batch: ReturnType<typeof batchOf>, result = NOTHING_REFUSED) =>
  Object.fromEntries(
    [...watchers.eventsOf(batch, result)].map(([name, events]) => [name, events.map(({ value }) => value)]),
  );

describe("SeriesWatchers", () => {
  it("tells each watcher of the samples that its selectors take, once each", () => {
    const watchers = new SeriesWatchers();
    watchers.watch("a", [named("up"), [{ name: "__name__", operator: "=~", value: "u.*" }]], NOW);
    watchers.watch("b", [named("down")], NOW);
    const batch = batchOf([
      ["up", 1, 10],
      ["down", 1, 20],
      ["other", 1, 30],
      ["up", 2, 11],
    ]);
    expect(valuesOf(watchers, batch)).toEqual({ a: [10, 11], b: [20] });
    expect(valuesOf(watchers, batch)).toEqual({ a: [10, 11], b: [20] });
    watchers.watch("b", [], NOW);
    expect(valuesOf(watchers, batch)).toEqual({ a: [10, 11] });
  });

  it("leaves out what was refused, and tells of the end of a series", () => {
    const watchers = new SeriesWatchers();
    watchers.watch("a", [named("up")], NOW);
    const batch = batchOf([
      ["up", 1, 10],
      ["up", 2, 11],
      ["up", 3, 0],
    ]);
    markStale(new Uint32Array(batch.values.buffer), 2);
    const result = { accepted: 2, refused: [{ sample: 0, reason: "out_of_order" as const }] };
    expect([...watchers.eventsOf(batch, result).values()].flat().map(({ value }) => value)).toEqual([
      11,
      null,
    ]);
  });

  it("forgets who is not heard of for 90 seconds, and knows whether anything has changed", () => {
    const watchers = new SeriesWatchers();
    expect(watchers.watch("a", [named("up")], NOW)).toBe(true);
    expect(watchers.watch("a", [named("up")], NOW + 60_000)).toBe(false);
    expect(watchers.watch("a", [named("down")], NOW + 60_000)).toBe(true);
    expect(watchers.watch("b", [], NOW)).toBe(false);
    expect(watchers.expire(NOW + 149_999)).toEqual([]);
    expect(watchers.expire(NOW + 150_000)).toEqual(["a"]);
    expect(watchers.names).toEqual([]);
  });

  it("does not take one series for another whose labels read alike", () => {
    const watchers = new SeriesWatchers();
    watchers.watch("a", [[{ name: "b", operator: "!=", value: "" }]], NOW);
    const labels: Record<string, Labels> = {
      one: Labels.of({ a: "1", b: "2" }),
      other: Labels.of({ a: "1b2" }),
    };
    const labelsOf = (name: string) => labels[name] ?? Labels.EMPTY;
    const batch = batchOf(
      [
        ["one", 1, 1],
        ["other", 1, 2],
      ],
      labelsOf,
    );
    expect(valuesOf(watchers, batch)).toEqual({ a: [1] });
  });
});
