import type { Histogram } from "../../workers/monitoring/model/histogram.ts";
import type { Labels } from "../../workers/monitoring/model/labels.ts";

export interface Point {
  /** Milliseconds. */
  readonly time: number;
  /** NaN where there is a histogram. */
  readonly value: number;
  readonly histogram: Histogram | null;
}

export interface ResultSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** What a query gave, as it is compared. */
export type ResultValue =
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  /** Every series has one point. */
  | { readonly type: "vector"; readonly series: readonly ResultSeries[] }
  | { readonly type: "matrix"; readonly series: readonly ResultSeries[] };

export interface Annotated {
  readonly value: ResultValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}
