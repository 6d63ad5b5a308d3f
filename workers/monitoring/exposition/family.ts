import type { Labels } from "../model/labels.ts";
import type { Exemplar } from "../model/sample-batch.ts";

/** A metric with all its series, as it is shown to a scraper. */
export type ExposedFamily = FamilyHead &
  (
    | {
        readonly type: "counter" | "gauge" | "info" | "stateset" | "unknown";
        readonly series: readonly ExposedValue[];
      }
    | { readonly type: "histogram"; readonly series: readonly ExposedHistogram[] }
    | { readonly type: "summary"; readonly series: readonly ExposedSummary[] }
  );

interface FamilyHead {
  /** With or without the suffix that its type has: _total of counters, _info. */
  readonly name: string;
  readonly help: string;
  /** Such as "seconds", which then is the end of the name; "" for none. */
  readonly unit: string;
}

export interface ExposedValue {
  /** Without the metric's name. */
  readonly labels: Labels;
  readonly value: number;
  readonly exemplar?: Exemplar;
}

export interface ExposedHistogram {
  readonly labels: Labels;
  /** By ascending upper bound, the last +Inf; each counts all observations up to its bound. */
  readonly buckets: readonly {
    readonly upperBound: number;
    readonly count: number;
    readonly exemplar?: Exemplar;
  }[];
  readonly sum: number;
  readonly count: number;
}

interface ExposedSummary {
  readonly labels: Labels;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  readonly sum: number;
  readonly count: number;
}
