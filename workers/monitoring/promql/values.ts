import type { Histogram } from "../model/histogram.ts";
import type { Labels } from "../model/labels.ts";

/** The evaluation times of a query in milliseconds: `start`, `start + step`… `count` of them. An instant has one. */
export interface Steps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What a series has at a step. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/**
 * One series of an instant vector over all steps of a query: a column of the evaluator. `kinds[i]` says whether step i
 * has no value, a float (`values[i]`) or a histogram (`histograms[i]`).
 */
export interface StepSeries {
  readonly labels: Labels;
  /** The metric's name goes when the query ends: until then functions such as label_replace still see it. */
  readonly dropsName: boolean;
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** Null where no step has one. */
  histograms: (Histogram | null)[] | null;
}

/** An instant vector over all steps, in batches of series, none of them without any value. */
export type Vector = AsyncIterable<readonly StepSeries[]>;
