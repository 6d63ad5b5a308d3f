import type { MetricAggregation, MetricFill } from "../../contract/metric-queries.ts";
import { AppError } from "../../errors.ts";
import { RESOLUTIONS, type Resolution } from "../head/shard-settings.ts";
import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Budget } from "../promql/evaluate/budget.ts";
import { coarsen } from "../rollups/merge-rollups.ts";
import { rollUp } from "../rollups/rollup.ts";
import type { Grid } from "./grid.ts";
import { filled, type IntervalPoint, type IntervalValues } from "./interval-values.ts";
import type { MetricReader, RolledSeries } from "./metric-reader.ts";
import { PercentileCells, SampleRoom } from "./percentile-cells.ts";
import { reachBack } from "./rises.ts";
import { type RollupAggregation, RollupCells } from "./rollup-cells.ts";

/** Intervals of all groups together: 40 MB. */
const MAX_CELLS = 2_500_000;
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

export interface IntervalAnswer {
  readonly groups: readonly { readonly labels: Labels; readonly points: readonly IntervalPoint[] }[];
  /** Whether there are more groups than were wanted. */
  readonly isCut: boolean;
}

interface Cells {
  finish(): IntervalValues;
}

/**
 * Aggregates a metric over intervals. NaN and histograms are left out.
 *
 * @throws AppError `query_failed` and QueryError for what is too large or too slow
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
  const { matchers, grid } = query;
  const room = new SampleRoom();
  const groups = new Groups(query, () => new PercentileCells(grid, rank, room));
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

async function rollups(
  reader: MetricReader,
  query: IntervalQuery,
  aggregation: RollupAggregation,
  budget: Budget,
) {
  const groups = new Groups(query, () => new RollupCells(query.grid, aggregation));
  for await (const batch of rolledUp(reader, query, budget)) {
    for (const { labels, rollup } of batch) {
      if (rollup.start.length > 0) groups.of(labels).add(rollup);
    }
    await budget.checkpoint();
  }
  return groups;
}

/** The series of a query in buckets as long as its intervals, with what counters rose from before the first. */
async function* rolledUp(
  reader: MetricReader,
  { matchers, grid, source, aggregation }: IntervalQuery,
  budget: Budget,
): AsyncGenerator<RolledSeries[]> {
  const isRise = aggregation === "rate" || aggregation === "increase";
  const start = grid.start - (isRise ? reachBack(grid.interval) : 0);
  const selection = { matchers, start, end: endOf(grid) - 1 };
  if (source === "raw") {
    for await (const batch of reader.select(selection)) {
      yield batch.map((series) => {
        const samples = series.samples();
        spend(budget, samples.length);
        return { labels: series.labels, rollup: rollUp(samples, grid.interval) };
      });
    }
    return;
  }
  for await (const batch of reader.rollups(selection, source)) {
    yield batch.map(({ labels, rollup }) => {
      spend(budget, rollup.start.length);
      return {
        labels,
        rollup: grid.interval === RESOLUTIONS[source] ? rollup : coarsen(rollup, grid.interval),
      };
    });
  }
}

/** The cells of each group, made when a series of it comes. */
class Groups<Kind extends Cells> {
  readonly #names: ReadonlySet<string>;
  readonly #most: number;
  readonly #make: () => Kind;
  readonly #byKey = new Map<string, { labels: Labels; cells: Kind }>();

  constructor({ groupBy, grid }: IntervalQuery, make: () => Kind) {
    this.#names = new Set(groupBy);
    this.#most = Math.floor(MAX_CELLS / grid.count);
    this.#make = make;
  }

  of(series: Labels): Kind {
    const labels = series.keep(this.#names);
    const known = this.#byKey.get(labels.key);
    if (known !== undefined) return known.cells;
    if (this.#byKey.size === this.#most) {
      throw new AppError("query_failed", {
        detail: `The answer has more than ${this.#most} groups of so many intervals. Group by fewer labels, or ask for longer intervals.`,
        extensions: { limit: this.#most },
      });
    }
    const cells = this.#make();
    this.#byKey.set(labels.key, { labels, cells });
    return cells;
  }

  [Symbol.iterator]() {
    return this.#byKey.values();
  }
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

function spend(budget: Budget, samples: number): void {
  budget.touch(samples);
  budget.hold(samples);
}
