import type { MetricFill } from "../../contract/metric-queries.ts";

/** A group over the intervals of a grid: `values[i]` holds where `has[i]` is 1. */
export interface IntervalValues {
  readonly has: Uint8Array;
  readonly values: Float64Array;
}

export interface IntervalPoint {
  /** Which interval of the grid, from 0. */
  readonly interval: number;
  readonly value: number | null;
}

/** The points of a group, with those that stand in for intervals without samples. */
export function filled({ has, values }: IntervalValues, fill: MetricFill): IntervalPoint[] {
  const points: IntervalPoint[] = [];
  let before = -1;
  let after = nextFrom(has, 0);
  for (let interval = 0; interval < has.length; interval++) {
    if (interval === after) {
      points.push({ interval, value: values[interval] ?? 0 });
      before = interval;
      after = nextFrom(has, interval + 1);
    } else if (fill !== "none") {
      points.push({ interval, value: standIn(values, { before, interval, after }, fill) });
    }
  }
  return points;
}

interface Gap {
  /** The intervals around that have a value; -1 where there is none. */
  before: number;
  after: number;
  interval: number;
}

function standIn(
  values: Float64Array,
  { before, interval, after }: Gap,
  fill: Exclude<MetricFill, "none">,
): number | null {
  if (typeof fill === "number") return fill;
  if (fill === "null" || before < 0) return null;
  const left = values[before] ?? 0;
  if (fill === "previous") return left;
  if (after < 0) return null;
  const share = (interval - before) / (after - before);
  return left * (1 - share) + (values[after] ?? 0) * share;
}

const nextFrom = (has: Uint8Array, from: number): number => has.indexOf(1, from);
