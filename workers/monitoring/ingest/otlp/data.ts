/** A key and its value as text. */
export type Attribute = readonly [key: string, value: string];

export interface OtlpScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: readonly Attribute[];
}

export type OtlpKind = "gauge" | "sum" | "histogram" | "exponential" | "summary";

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: OtlpKind;
  readonly isMonotonic: boolean;
  /** 0 unspecified, 1 delta, 2 cumulative; gauges and summaries have none. */
  readonly temporality: number;
}

export interface OtlpExemplar {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
  /** In hexadecimal digits; "" for none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

interface Point {
  readonly attributes: readonly Attribute[];
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The series has ended: its staleness marker. */
  readonly hasNoValue: boolean;
  readonly exemplars: readonly OtlpExemplar[];
}

interface NumberPoint extends Point {
  readonly kind: "number";
  /** Null where the point says neither this nor that it has none. */
  readonly value: number | null;
}

export interface HistogramPoint extends Point {
  readonly kind: "histogram";
  readonly count: number;
  readonly sum: number | null;
  readonly bounds: readonly number[];
  /** One more than bounds, or none. */
  readonly counts: readonly number[];
}

/** Counts of the buckets from `offset` on: bucket i holds what is above base^i and at most base^(i+1). */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialPoint extends Point {
  readonly kind: "exponential";
  readonly count: number;
  readonly sum: number | null;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export interface SummaryPoint extends Point {
  readonly kind: "summary";
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export type OtlpPoint = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

/** Takes a request piece by piece, so that it never stands in memory whole: each piece belongs to those before it. */
export interface OtlpSink {
  beginResource(attributes: readonly Attribute[]): void;
  beginScope(scope: OtlpScope): void;
  beginMetric(metric: OtlpMetric): void;
  addPoint(point: OtlpPoint): void;
  endResource(): void;
}
