import type { Resolution } from "../head/shard-settings.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Samples } from "../model/samples.ts";
import { carriedError } from "../promql/compensation.ts";
import type { Budget } from "../promql/evaluate/budget.ts";
import type { RollupColumns } from "../rollups/rollup.ts";
import { Distribution } from "./distribution.ts";
import type { Window } from "./grid.ts";
import type { MetricReader } from "./metric-reader.ts";
import { spend } from "./spend.ts";

/** Null where nothing is known. NaN and histograms are left out. */
interface Stats {
  readonly series: number;
  readonly samples: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly distribution: Distribution | null;
}

/**
 * Describes all samples of a window, of rollups those of the buckets that it touches.
 *
 * @throws AppError `query_failed` for what is too large, QueryError for what is too slow
 */
export async function statsOf(
  reader: MetricReader,
  matchers: readonly Matcher[],
  window: Window,
  source: Resolution,
  budget: Budget,
): Promise<Stats> {
  const running = new RunningStats();
  const selection = { matchers, start: window.start, end: window.end - 1 };
  if (source === "raw") {
    for await (const batch of reader.select(selection)) {
      for (const series of batch) {
        const samples = series.samples();
        spend(budget, samples.length);
        running.addSamples(samples);
      }
      await budget.checkpoint();
    }
    return running.finish();
  }
  for await (const batch of reader.rollups(selection, source)) {
    for (const series of batch) {
      const rollup = series.rollup();
      spend(budget, rollup.start.length);
      running.addRollup(rollup);
    }
    await budget.checkpoint();
  }
  return { ...running.finish(), stddev: null, distribution: null };
}

class RunningStats {
  readonly #distribution = new Distribution();
  #series = 0;
  #samples = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #error = 0;
  /** Of Welford's running variance (Technometrics 1962). */
  #mean = 0;
  #squares = 0;
  #first = { time: Number.POSITIVE_INFINITY, value: 0 };
  #last = { time: Number.NEGATIVE_INFINITY, value: 0 };

  addSamples({ times, values, length }: Samples): void {
    const before = this.#samples;
    for (let i = 0; i < length; i++) {
      const value = values[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      this.#samples += 1;
      this.#addTo(value);
      this.#widen(value, value);
      const mean = this.#mean + (value - this.#mean) / this.#samples;
      this.#squares += (value - this.#mean) * (value - mean);
      this.#mean = mean;
      this.#distribution.add(value);
      this.#place(times[i] ?? 0, value, times[i] ?? 0, value);
    }
    if (this.#samples > before) this.#series += 1;
  }

  addRollup(rollup: RollupColumns): void {
    const before = this.#samples;
    for (let row = 0; row < rollup.start.length; row++) {
      this.#samples += rollup.count[row] ?? 0;
      this.#addTo(rollup.sum[row] ?? 0);
      this.#widen(rollup.min[row] ?? 0, rollup.max[row] ?? 0);
      this.#place(
        rollup.firstTime[row] ?? 0,
        rollup.first[row] ?? 0,
        rollup.lastTime[row] ?? 0,
        rollup.last[row] ?? 0,
      );
    }
    if (this.#samples > before) this.#series += 1;
  }

  finish(): Stats {
    const count = this.#samples;
    const none = count === 0;
    return {
      series: this.#series,
      samples: count,
      min: none ? null : this.#min,
      max: none ? null : this.#max,
      mean: none ? null : (this.#sum + this.#error) / count,
      stddev: none ? null : Math.sqrt(this.#squares / count),
      first: none ? null : this.#first.value,
      last: none ? null : this.#last.value,
      distribution: none ? null : this.#distribution,
    };
  }

  #addTo(value: number): void {
    const sum = this.#sum + value;
    this.#error = carriedError(this.#sum, value, sum, this.#error);
    this.#sum = sum;
  }

  #widen(min: number, max: number): void {
    if (min < this.#min) this.#min = min;
    if (max > this.#max) this.#max = max;
  }

  #place(firstTime: number, first: number, lastTime: number, last: number): void {
    if (firstTime < this.#first.time) this.#first = { time: firstTime, value: first };
    if (lastTime > this.#last.time) this.#last = { time: lastTime, value: last };
  }
}
