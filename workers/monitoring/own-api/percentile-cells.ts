import { AppError } from "../../errors.ts";
import type { Samples } from "../model/samples.ts";
import type { Grid } from "./grid.ts";
import type { IntervalValues } from "./interval-values.ts";
import { percentileOf } from "./percentile.ts";

/** 32 MB for all groups together. */
const MAX_PERCENTILE_SAMPLES = 2_000_000;

/** Room for samples that several groups take from. */
export class SampleRoom {
  #left = MAX_PERCENTILE_SAMPLES;

  /** @throws AppError `query_failed` where there is none left */
  take(samples: number): void {
    this.#left -= samples;
    if (this.#left >= 0) return;
    throw new AppError("query_failed", {
      detail: `Percentiles are made of ${MAX_PERCENTILE_SAMPLES.toLocaleString("en")} samples at most. Ask for fewer series or a shorter window.`,
      extensions: { limit: MAX_PERCENTILE_SAMPLES },
    });
  }
}

/** One group's percentile in each interval of a grid, of all its samples that are numbers. */
export class PercentileCells {
  readonly #grid: Grid;
  readonly #rank: number;
  readonly #room: SampleRoom;
  readonly #counts: Uint32Array;
  readonly #runs: Samples[] = [];

  /** @param rank from 0 to 1 */
  constructor(grid: Grid, rank: number, room: SampleRoom) {
    this.#grid = grid;
    this.#rank = rank;
    this.#room = room;
    this.#counts = new Uint32Array(grid.count);
  }

  /** @param samples of the grid's intervals only */
  add(samples: Samples): void {
    this.#room.take(samples.length);
    this.#runs.push(samples);
    this.#each(samples, (cell) => {
      this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
    });
  }

  finish(): IntervalValues {
    const ends = this.#counts.slice();
    for (let cell = 1; cell < ends.length; cell++) ends[cell] = (ends[cell] ?? 0) + (ends[cell - 1] ?? 0);
    const places = ends.map((end, cell) => end - (this.#counts[cell] ?? 0));
    const sorted = new Float64Array(ends.at(-1) ?? 0);
    for (const samples of this.#runs) {
      this.#each(samples, (cell, value) => {
        const place = places[cell] ?? 0;
        sorted[place] = value;
        places[cell] = place + 1;
      });
    }
    const values = Float64Array.from(this.#counts, (count, cell) =>
      count === 0 ? 0 : percentileOf(sorted.subarray((ends[cell] ?? 0) - count, ends[cell]), this.#rank),
    );
    return { has: Uint8Array.from(this.#counts, (count) => (count > 0 ? 1 : 0)), values };
  }

  #each({ times, values, length }: Samples, take: (cell: number, value: number) => void): void {
    const { start, interval } = this.#grid;
    for (let i = 0; i < length; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isNaN(value)) take(Math.floor(((times[i] ?? 0) - start) / interval), value);
    }
  }
}
