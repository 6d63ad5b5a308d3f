import type { Histogram } from "./histogram.ts";
import type { Labels } from "./labels.ts";

/**
 * Samples on their way to a shard, in columns, so that they cross to it as a few typed arrays. Sample i belongs to
 * series `series[i]` of this batch; the labels of series s are bytes `labelEnds[s - 1]` to `labelEnds[s]` of
 * `labelBytes` in the form of label-codec.ts. Samples stand in the order they came in.
 */
export interface SampleBatch {
  readonly labelBytes: Uint8Array;
  readonly labelEnds: Uint32Array;
  /** Two words a series: the hash of its label bytes. */
  readonly hashes: Uint32Array;
  readonly series: Uint32Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** May hold stale markers: copy it as memory. */
  readonly values: Float64Array;
  /** Which samples are histograms; their values are NaN. */
  readonly histograms: readonly { readonly sample: number; readonly histogram: Histogram }[];
  readonly exemplars: readonly { readonly series: number; readonly exemplar: Exemplar }[];
  /** By metric name; the newest holds. */
  readonly metadata: readonly MetricMetadata[];
}

/** An example of what was measured, such as the trace of one request. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export const METRIC_TYPES = [
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/** Why a sample is not taken. Every refusal is counted by its reason. */
export type RefusalReason =
  | "invalid_metric_name"
  | "invalid_label_name"
  | "invalid_label_value"
  | "duplicate_label"
  | "missing_metric_name"
  | "too_many_labels"
  | "label_too_long"
  | "invalid_value"
  | "invalid_timestamp"
  | "invalid_histogram"
  | "too_far_in_future"
  | "too_old"
  | "out_of_order"
  | "duplicate_timestamp"
  | "series_limit"
  | "malformed"
  | "unsupported_temporality";

/** What a shard did with a batch: what is not refused is durable. */
export interface AppendResult {
  readonly accepted: number;
  readonly refused: readonly { readonly sample: number; readonly reason: RefusalReason }[];
}
