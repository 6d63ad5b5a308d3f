import { MAX_POINTS_A_SERIES } from "../../contract/metric-queries.ts";
import { AppError } from "../../errors.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that people read easily off an axis. */
const ROUND_INTERVALS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
const DEFAULT_POINTS = 250;

/** A window of time: `start <= time < end`, in milliseconds since 1970. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Intervals of one length that follow each other; each begins at a multiple of it, counted from 1970. */
export interface Grid {
  /** Where the first begins, in milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly count: number;
}

/**
 * The intervals that a window touches, whole.
 *
 * @throws AppError `validation_failed` where they are more than a series may have points
 */
export function gridOver({ start, end }: Window, interval: number): Grid {
  const first = Math.floor(start / interval);
  const count = Math.ceil(end / interval) - first;
  if (count > MAX_POINTS_A_SERIES) {
    throw new AppError("validation_failed", {
      detail: `The window has ${count} intervals of that length; ${MAX_POINTS_A_SERIES} are the most. Ask for longer intervals or a shorter window.`,
      extensions: { limit: MAX_POINTS_A_SERIES },
    });
  }
  return { start: first * interval, interval, count };
}

/** The shortest of the round lengths that divides a window into a chart's number of points. */
export function defaultInterval({ start, end }: Window): number {
  const least = (end - start) / DEFAULT_POINTS;
  return ROUND_INTERVALS.find((interval) => interval >= least) ?? Math.ceil(least / DAY) * DAY;
}
