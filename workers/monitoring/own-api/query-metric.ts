import type { MetricAggregation, MetricFill } from "../../contract/metric-queries.ts";
import { AppError } from "../../errors.ts";
import { RESOLUTIONS, type Resolution } from "../head/shard-settings.ts";
import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Budget } from "../promql/evaluate/budget.ts";
import { coarsen } from "../rollups/merge-rollups.ts";
import { type RollupColumns, rollUp } from "../rollups/rollup.ts";
import type { Grid } from "./grid.ts";
import { Groups } from "./groups.ts";
import { filled, type IntervalPoint, type IntervalValues } from "./interval-values.ts";
import type { MetricReader } from "./metric-reader.ts";
import { PercentileCells, SampleRoom } from "./percentile-cells.ts";
import { reachBack } from "./rises.ts";
import { type RollupAggregation, RollupCells } from "./rollup-cells.ts";
import { spend } from "./spend.ts";

/** Points of a reply: some 15 MB. */
const MAX_POINTS = 250_000;

const RANKS = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

export interface IntervalQuery {
  readonly matchers: readonly Matcher[];
  readonly grid: Grid;
  /** Rollups have to fill the intervals; percentiles are made of samples. */
  readonly source: Resolution;
  readonly aggregation: MetricAggregation;
  readonly groupBy: readonly string[];
  readonly fill: MetricFill;
  /** How many groups are wanted at most, those with the largest values first. */
  readonly limit: number;
}

interface IntervalAnswer {
  readonly groups: readonly { readonly labels: Labels; readonly points: readonly IntervalPoint[] }[];
  /** Whether there are more groups than were wanted. */
  readonly isCut: boolean;
}

/**
 * Aggregates a metric over intervals. NaN and histograms are left out.
 *
 * @throws AppError `query_failed` for what is too large, QueryError for what is too slow
 */
export async function queryMetric(
  reader: MetricReader,
  query: IntervalQuery,
  budget: Budget,
): Promise<IntervalAnswer> {
  const { aggregation } = query;
  const groups = isPercentile(aggregation)
    ? await percentiles(reader, query, RANKS[aggregation], budget)
    : await rollups(reader, query, aggregation, budget);
  const ranked = [...groups]
    .map(({ labels, cells }) => ({ labels, values: cells.finish() }))
    .filter(({ values }) => values.has.includes(1))
    .map((group) => ({ ...group, greatest: greatest(group.values) }))
    .sort((one, other) => other.greatest - one.greatest || (one.labels.key < other.labels.key ? -1 : 1));
  return {
    groups: answered(ranked.slice(0, query.limit), query.fill),
    isCut: ranked.length > query.limit,
  };
}

export const isPercentile = (aggregation: MetricAggregation): aggregation is keyof typeof RANKS =>
  aggregation in RANKS;

async function percentiles(reader: MetricReader, query: IntervalQuery, rank: number, budget: Budget) {
  const { matchers, grid, groupBy } = query;
  const room = new SampleRoom();
  const groups = new Groups(groupBy, grid.count, () => new PercentileCells(grid, rank, room));
  const end = endOf(grid) - 1;
  for await (const batch of reader.select({ matchers, start: grid.start, end })) {
    for (const series of batch) {
      const samples = series.samples();
      spend(budget, samples.length);
      if (samples.length > 0) groups.of(series.labels).add(samples);
    }
    await budget.checkpoint();
  }
  return groups;
}

/** Each series in buckets as long as the intervals, with what counters rose from before the first. */
async function rollups(
  reader: MetricReader,
  query: IntervalQuery,
  aggregation: RollupAggregation,
  budget: Budget,
) {
  const { matchers, grid, source, groupBy } = query;
  const groups = new Groups(groupBy, grid.count, () => new RollupCells(grid, aggregation));
  const add = (labels: Labels, rollup: RollupColumns) => {
    if (rollup.start.length > 0) groups.of(labels).add(rollup);
  };
  const isRise = aggregation === "rate" || aggregation === "increase";
  const start = grid.start - (isRise ? reachBack(grid.interval) : 0);
  const selection = { matchers, start, end: endOf(grid) - 1 };
  if (source === "raw") {
    for await (const batch of reader.select(selection)) {
      for (const series of batch) {
        const samples = series.samples();
        spend(budget, samples.length);
        add(series.labels, rollUp(samples, grid.interval));
      }
      await budget.checkpoint();
    }
    return groups;
  }
  for await (const batch of reader.rollups(selection, source)) {
    for (const series of batch) {
      const rollup = series.rollup();
      spend(budget, rollup.start.length);
      add(series.labels, grid.interval === RESOLUTIONS[source] ? rollup : coarsen(rollup, grid.interval));
    }
    await budget.checkpoint();
  }
  return groups;
}

function answered(
  groups: readonly { labels: Labels; values: IntervalValues }[],
  fill: MetricFill,
): IntervalAnswer["groups"] {
  let points = 0;
  return groups.map(({ labels, values }) => {
    const series = filled(values, fill);
    points += series.length;
    if (points > MAX_POINTS) {
      throw new AppError("query_failed", {
        detail: `The answer has more than ${MAX_POINTS} points. Ask for longer intervals or fewer series.`,
        extensions: { limit: MAX_POINTS },
      });
    }
    return { labels, points: series };
  });
}

/** Infinite negative where all values are NaN, so that such groups come last. */
function greatest({ has, values }: IntervalValues): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < has.length; cell++) {
    const value = values[cell] ?? 0;
    if (has[cell] === 1 && value > most) most = value;
  }
  return most;
}

const endOf = ({ start, interval, count }: Grid): number => start + interval * count;
