import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Samples } from "../model/samples.ts";

/** Which samples a query reads: of all series that match, those with `start <= time <= end`, in milliseconds. */
export interface Selection {
  readonly matchers: readonly Matcher[];
  readonly start: number;
  readonly end: number;
}

export interface SelectedSeries {
  readonly labels: Labels;
  /** Decodes: ask once. Only samples between the selection's start and end, both included. */
  samples(): Samples;
}

/** Where the evaluator's samples come from: the shards, or a test's memory. */
export interface SampleStorage {
  /** Batches of series, every series once. */
  select(selection: Selection): AsyncIterable<readonly SelectedSeries[]>;
}
