import type { MetricAggregation } from "../../../../workers/contract/metric-queries.ts";
import type { Grid } from "../../../../workers/monitoring/own-api/grid.ts";
import type { TestSeries } from "./memory-reader.ts";

type Point = readonly [time: number, value: number];

const REACH = 5 * 60_000;

/** The answer by the words of the contract, one interval after the other: by group, then by interval. */
export function plainQuery(
  series: readonly TestSeries[],
  grid: Grid,
  aggregation: MetricAggregation,
  label: string,
): Map<string, Map<number, number>> {
  const groups = Map.groupBy(series, ({ labels }) => labels[label] ?? "");
  const answers = new Map<string, Map<number, number>>();
  for (const [group, members] of groups) {
    const values = new Map<number, number>();
    for (let interval = 0; interval < grid.count; interval++) {
      const from = grid.start + interval * grid.interval;
      const inside = members.map(({ points }) => pointsIn(points, from, from + grid.interval));
      const all = inside.flat();
      if (all.length === 0) continue;
      const rises = members.map(({ points }) => riseIn(points, from, grid.interval));
      values.set(interval, aggregate(aggregation, all, sum(rises), grid.interval));
    }
    if (values.size > 0) answers.set(group, values);
  }
  return answers;
}

const pointsIn = (points: readonly Point[], from: number, to: number): Point[] =>
  points.filter(([time, value]) => time >= from && time < to && !Number.isNaN(value));

/** From the sample before the interval, if it is near, to its last: what a counter lost at resets it counted before. */
function riseIn(points: readonly Point[], from: number, length: number): number {
  const inside = pointsIn(points, from, from + length);
  const [first] = inside;
  if (first === undefined) return 0;
  const reach = Math.max(length, REACH);
  const before = pointsIn(points, 0, from).at(-1);
  const run = before !== undefined && first[0] - before[0] <= reach ? [before, ...inside] : inside;
  return sum(
    run.slice(1).map(([, value], i) => {
      const previous = run[i]?.[1] ?? 0;
      return value < previous ? value : value - previous;
    }),
  );
}

function aggregate(aggregation: MetricAggregation, points: Point[], rise: number, length: number): number {
  const values = points.map(([, value]) => value);
  const newest = Math.max(...points.map(([time]) => time));
  switch (aggregation) {
    case "avg":
      return sum(values) / values.length;
    case "sum":
      return sum(values);
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "count":
      return values.length;
    case "last":
      return Math.max(...points.filter(([time]) => time === newest).map(([, value]) => value));
    case "increase":
      return rise;
    case "rate":
      return rise / (length / 1000);
    default:
      return percentile(values, Number(aggregation.slice(1)) / 100);
  }
}

function percentile(values: number[], rank: number): number {
  const sorted = values.sort((a, b) => a - b);
  const place = rank * (sorted.length - 1);
  const [lower = 0, upper = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return lower + (upper - lower) * (place - Math.floor(place));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
