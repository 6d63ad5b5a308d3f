import type { Histogram } from "../../model/histogram.ts";
import { commonBounds, exponentialBound, hasCustomBuckets } from "./bounds.ts";
import type { Column } from "./columns.ts";
import { hasSameLayout } from "./layout.ts";
import { Tally } from "./tally.ts";

/**
 * Whether a counter's histogram began anew after the previous sample: something counted less, a populated bucket gone,
 * or a finer layout, which no counter gets while it runs. The sum says nothing, since observations may be negative. Its
 * hint, where it has one, is believed (Prometheus: FloatHistogram.DetectReset).
 */
export function detectReset(current: Histogram, previous: Histogram): boolean {
  if (current.resetHint === "reset") return true;
  if (current.resetHint === "not_reset") return false;
  if (current.count < previous.count || current.schema > previous.schema) return true;
  if (hasCustomBuckets(current) !== hasCustomBuckets(previous)) return true;
  if (hasSameLayout(current, previous)) {
    return (
      current.zeroCount < previous.zeroCount ||
      isAnyLess(current.positiveBuckets, previous.positiveBuckets) ||
      isAnyLess(current.negativeBuckets, previous.negativeBuckets)
    );
  }
  const now = new Tally(current);
  const before = new Tally(previous);
  return hasCustomBuckets(current) ? customReset(now, before) : exponentialReset(now, before);
}

function customReset(now: Tally, before: Tally): boolean {
  const bounds = commonBounds(now.customValues, before.customValues);
  now.keepBounds(bounds);
  before.keepBounds(bounds);
  return hasLost(now.positive, before.positive);
}

function exponentialReset(now: Tally, before: Tally): boolean {
  const { zeroThreshold, schema } = now;
  if (zeroThreshold < before.zeroThreshold) return true;
  before.widenZeroBucket(zeroThreshold);
  if (before.zeroThreshold !== zeroThreshold || now.zeroCount < before.zeroCount) return true;
  before.coarsen(schema);
  const isInZeroBucket = (index: number) => exponentialBound(index, schema) <= zeroThreshold;
  return (
    hasLost(now.positive, before.positive, isInZeroBucket) ||
    hasLost(now.negative, before.negative, isInZeroBucket)
  );
}

/** Whether some bucket that counts has less than before; one that is not there has nothing. */
function hasLost(now: Column, before: Column, isExempt: (index: number) => boolean = () => false): boolean {
  let at = 0;
  return before.indexes.some((index, from) => {
    while (at < now.indexes.length && (now.indexes[at] ?? 0) < index) at++;
    const count = now.indexes[at] === index ? (now.counts[at] ?? 0) : 0;
    return count < (before.counts[from] ?? 0) && !isExempt(index);
  });
}

function isAnyLess(now: readonly number[], before: readonly number[]): boolean {
  return now.some((count, at) => count < (before[at] ?? 0));
}
