import type { MetricAggregation } from "../../contract/metric-queries.ts";
import type { RollupColumns } from "../rollups/rollup.ts";
import type { Grid } from "./grid.ts";
import type { IntervalValues } from "./interval-values.ts";
import { reachBack, risesOf } from "./rises.ts";

export type RollupAggregation = Exclude<MetricAggregation, "p50" | "p90" | "p95" | "p99">;

/** One group's value in each interval of a grid, put together from its series' rollups, which have such buckets. */
export class RollupCells {
  readonly #grid: Grid;
  readonly #aggregation: RollupAggregation;
  readonly #counts: Float64Array;
  readonly #values: Float64Array;
  /** When the value was measured, for the newest one. */
  readonly #times: Float64Array;

  constructor(grid: Grid, aggregation: RollupAggregation) {
    this.#grid = grid;
    this.#aggregation = aggregation;
    this.#counts = new Float64Array(grid.count);
    this.#values = new Float64Array(grid.count);
    this.#times = new Float64Array(aggregation === "last" ? grid.count : 0);
  }

  /** Rows outside the grid say what counters rose from, and no more. */
  add(rollup: RollupColumns): void {
    const { start, interval, count } = this.#grid;
    const column = this.#columnOf(rollup);
    for (let row = 0; row < rollup.start.length; row++) {
      const cell = ((rollup.start[row] ?? 0) - start) / interval;
      if (cell < 0 || cell >= count) continue;
      const isFirst = this.#counts[cell] === 0;
      this.#counts[cell] = (this.#counts[cell] ?? 0) + (rollup.count[row] ?? 0);
      this.#put(cell, column[row] ?? 0, rollup.lastTime[row] ?? 0, isFirst);
    }
  }

  finish(): IntervalValues {
    const values = this.#values.map((value, cell) => {
      if (this.#aggregation === "avg") return value / (this.#counts[cell] ?? 0);
      return this.#aggregation === "rate" ? value / (this.#grid.interval / 1000) : value;
    });
    return { has: Uint8Array.from(this.#counts, (count) => (count > 0 ? 1 : 0)), values };
  }

  #columnOf(rollup: RollupColumns): Float64Array {
    switch (this.#aggregation) {
      case "avg":
        return rollup.sum;
      case "rate":
      case "increase":
        return risesOf(rollup, reachBack(this.#grid.interval));
      default:
        return rollup[this.#aggregation];
    }
  }

  #put(cell: number, value: number, time: number, isFirst: boolean): void {
    const before = this.#values[cell] ?? 0;
    switch (this.#aggregation) {
      case "min":
        if (isFirst || value < before) this.#values[cell] = value;
        break;
      case "max":
        if (isFirst || value > before) this.#values[cell] = value;
        break;
      case "last": {
        const known = this.#times[cell] ?? 0;
        if (!isFirst && (time < known || (time === known && value <= before))) break;
        this.#values[cell] = value;
        this.#times[cell] = time;
        break;
      }
      default:
        this.#values[cell] = before + value;
    }
  }
}
