import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MetricAggregation } from "../../../../workers/contract/metric-queries.ts";
import { matcher } from "../../../../workers/monitoring/model/matcher.ts";
import { gridOver } from "../../../../workers/monitoring/own-api/grid.ts";
import {
  type IntervalQuery,
  isPercentile,
  queryMetric,
} from "../../../../workers/monitoring/own-api/query-metric.ts";
import { memoryReader, newBudget, type TestSeries } from "./memory-reader.ts";
import { plainQuery } from "./plain-query.ts";

const START = Date.UTC(2026, 2, 1, 21);
const MINUTE = 60_000;

const arbitrarySeries = fc
  .tuple(
    fc.constantFrom("a", "b", ""),
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.constant(MINUTE),
          fc.integer({ min: 1, max: 90_000 }),
          fc.integer({ min: 1, max: 3_000_000 }),
        ),
        fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8) },
          { weight: 1, arbitrary: fc.constant(Number.NaN) },
        ),
      ),
      { maxLength: 60 },
    ),
  )
  .map(([zone, steps]) => {
    let time = START;
    const points = steps.map(([step, value]) => {
      time += step;
      return [time, value] as const;
    });
    return { zone, points };
  });

const arbitraryData = fc
  .array(arbitrarySeries, { minLength: 1, maxLength: 5 })
  .map((all): TestSeries[] =>
    all.map(({ zone, points }, host) => ({ labels: { __name__: "m", zone, host: String(host) }, points })),
  );

const queryOf = (query: Partial<IntervalQuery> & Pick<IntervalQuery, "grid" | "aggregation">) => ({
  matchers: [matcher("__name__", "=", "m")],
  source: "raw" as const,
  groupBy: ["zone"],
  fill: "none" as const,
  limit: 100,
  ...query,
});

const answerOf = async (data: readonly TestSeries[], query: IntervalQuery) => {
  const { groups } = await queryMetric(memoryReader(data), query, newBudget());
  return new Map(
    groups.map(({ labels, points }) => [
      labels.get("zone"),
      new Map(points.map(({ interval, value }) => [interval, value])),
    ]),
  );
};

const near = (expected: Map<string, Map<number, number>>) =>
  new Map(
    [...expected].map(([group, values]) => [
      group,
      new Map([...values].map(([interval, value]) => [interval, expect.closeTo(value, 6)])),
    ]),
  );

describe("a query over intervals", () => {
  it("gives what the words say, from samples and from rollups", async () => {
    const arbitrary = fc.record({
      data: arbitraryData,
      aggregation: fc.constantFrom(...MetricAggregation.options),
      interval: fc.constantFrom(
        ...([
          [45_000, "raw"],
          [MINUTE, "1m"],
          [10 * MINUTE, "5m"],
          [90 * MINUTE, "5m"],
          [180 * MINUTE, "1h"],
        ] as const),
      ),
      offset: fc.integer({ min: 0, max: 200 * MINUTE }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ data, aggregation, interval: [interval, resolution], offset }) => {
        const grid = gridOver({ start: START + offset, end: START + 8 * 60 * MINUTE }, interval);
        const expected = near(plainQuery(data, grid, aggregation, "zone"));
        expect(await answerOf(data, queryOf({ grid, aggregation }))).toEqual(expected);
        if (isPercentile(aggregation)) return;
        expect(await answerOf(data, queryOf({ grid, aggregation, source: resolution }))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  const twoHosts: TestSeries[] = ["0", "1"].map((host) => ({
    labels: { __name__: "m", host },
    points: [0, 1, 2, 3].map((minute) => [START + minute * MINUTE, Number(host) * 10 + minute]),
  }));
  const grid = gridOver({ start: START, end: START + 4 * MINUTE }, MINUTE);

  it("gives the groups with the largest values, and says that there are more", async () => {
    const query = queryOf({ grid, aggregation: "max", groupBy: ["host"], limit: 1 });
    const { groups, isCut } = await queryMetric(memoryReader(twoHosts), query, newBudget());
    expect(groups.map(({ labels }) => labels.toObject())).toEqual([{ host: "1" }]);
    expect(isCut).toBe(true);
  });

  it("takes the greatest of the newest samples, whichever series comes first", async () => {
    for (const data of [twoHosts, twoHosts.toReversed()]) {
      const query = queryOf({ grid, aggregation: "last", groupBy: [] });
      const { groups } = await queryMetric(memoryReader(data), query, newBudget());
      expect(groups[0]?.points.map(({ value }) => value)).toEqual([10, 11, 12, 13]);
    }
  });

  it("stops at the limit of samples", async () => {
    const query = queryOf({ grid, aggregation: "max" });
    const budget = newBudget();
    budget.touch(50_000_000 - 8);
    await queryMetric(memoryReader(twoHosts), query, budget);
    await expect(queryMetric(memoryReader(twoHosts), query, budget)).rejects.toMatchObject({
      code: "query_failed",
      extensions: { limit: 50_000_000 },
    });
  });

  it("refuses more groups than there is room for", async () => {
    const points = [[START, 1]] as const;
    const many = Array.from({ length: 300 }, (_, host) => ({
      labels: { __name__: "m", host: String(host) },
      points,
    }));
    const long = gridOver({ start: START, end: START + 10_000 * MINUTE }, MINUTE);
    const query = queryOf({ grid: long, aggregation: "max", groupBy: ["host"] });
    await expect(queryMetric(memoryReader(many), query, newBudget())).rejects.toMatchObject({
      code: "query_failed",
      extensions: { limit: 250 },
    });
  });
});
