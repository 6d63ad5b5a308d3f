import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import type { Labels } from "../../workers/monitoring/model/labels.ts";

/** A script of the PromQL test language (prometheus/prometheus: promql/promqltest/README.md), as it is run. */
export type Command = Load | Clear | Evaluation;

/** All times in milliseconds; every line from 1. */
export interface Load {
  readonly type: "load";
  readonly line: number;
  /** From one point of a series to the next. */
  readonly step: number;
  /** Also loads each classic histogram as a native one with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly LoadedSeries[];
}

export interface LoadedSeries {
  readonly labels: Labels;
  readonly points: readonly SequencePoint[];
  /** By point: when its counter began, counted from the point's own time; null where that is not known. */
  readonly starts: readonly (number | null)[];
}

/** A point that is written down, to be loaded or to be expected. */
export type SequencePoint =
  | { readonly type: "omitted" }
  | { readonly type: "stale" }
  | { readonly type: "float"; readonly value: number }
  | {
      readonly type: "histogram";
      readonly histogram: Histogram;
      /** Its counter reset hint is written down too: only then is it compared. */
      readonly hasHint: boolean;
    };

export interface Clear {
  readonly type: "clear";
  readonly line: number;
}

export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export interface Evaluation {
  readonly type: "evaluation";
  readonly line: number;
  readonly query: string;
  readonly when: { readonly at: number } | TimeRange;
  readonly expectation: Expectation;
}

export interface Expectation {
  /** Null: the query succeeds. */
  readonly failure: TextCondition | null;
  readonly warnings: AnnotationExpectation;
  readonly infos: AnnotationExpectation;
  readonly isOrdered: boolean;
  readonly value: ExpectedValue;
}

export interface AnnotationExpectation {
  readonly none: boolean;
  /** Each is met by an annotation, and each annotation meets one of them. Empty: any annotations will do. */
  readonly some: readonly TextCondition[];
}

export interface TextCondition {
  readonly description: string;
  readonly matches: (text: string) => boolean;
}

export type ExpectedValue =
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | {
      readonly type: "series";
      /** In the order in which they stand in the script, which only an ordered expectation minds. */
      readonly series: readonly ExpectedSeries[];
      /** The times of the points of a range vector that an instant query gives. */
      readonly rangeVector: TimeRange | null;
    };

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly points: readonly SequencePoint[];
}

/** A script that cannot be read. */
export class ScriptError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}
