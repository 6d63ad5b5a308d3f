import type { Histogram, Span } from "../../model/histogram.ts";
import type { ExponentialBuckets, ExponentialPoint } from "./data.ts";

const MIN_SCHEMA = -4;
const MAX_SCHEMA = 8;
/** What Prometheus takes for the width of the zero bucket where OTLP does not say. */
const ZERO_THRESHOLD = 1e-128;
/** So many empty buckets in a row are cheaper than a new span. */
const MAX_EMPTY = 2;

/**
 * An exponential histogram as a native one, by the rules of Prometheus
 * (storage/remote/otlptranslator/prometheusremotewrite/histograms.go). Scales above 8 lose resolution; null for scales
 * below -4, which no schema is as coarse as.
 */
export function nativeHistogram(point: ExponentialPoint): Histogram | null {
  if (point.scale < MIN_SCHEMA) return null;
  const schema = Math.min(point.scale, MAX_SCHEMA);
  const shift = point.scale - schema;
  const positive = sparse(point.positive, shift);
  const negative = sparse(point.negative, shift);
  return {
    schema,
    zeroThreshold: point.zeroThreshold === 0 ? ZERO_THRESHOLD : point.zeroThreshold,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum ?? 0,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customValues: [],
    resetHint: "unknown",
  };
}

/** OTLP numbers a bucket by its lower bound, Prometheus by its upper one. */
function sparse({ offset, counts }: ExponentialBuckets, shift: number): { spans: Span[]; buckets: number[] } {
  const spans: Span[] = [];
  const buckets: number[] = [];
  let next = 0;
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue;
    const index = Math.floor((offset + at) / 2 ** shift) + 1;
    const span = spans.at(-1);
    if (span !== undefined && index < next) {
      buckets[buckets.length - 1] = (buckets.at(-1) ?? 0) + count;
      continue;
    }
    if (span === undefined || index - next > MAX_EMPTY) spans.push({ offset: index - next, length: 1 });
    else {
      for (let empty = next; empty < index; empty++) buckets.push(0);
      span.length += index - next + 1;
    }
    buckets.push(count);
    next = index + 1;
  }
  return { spans, buckets };
}
