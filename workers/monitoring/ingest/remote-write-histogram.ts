import type { Histogram, ResetHint, Span } from "../model/histogram.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { readDouble, readSint64, type WireReader } from "./wire-reader.ts";

const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;

const RESET_HINTS: readonly ResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

/**
 * Reads a native histogram up to a place and adds it. The message is the same in remote write 1.0 (prompb/types.proto)
 * and 2.0 (write/v2/types.proto). Integer histograms, whose buckets are differences, become absolute; one whose sum is a
 * stale marker is a stale marker.
 */
export function addHistogram(
  reader: WireReader,
  end: number,
  series: number,
  item: number,
  builder: BatchBuilder,
): void {
  let count = 0;
  let sum = 0;
  let schema = 0;
  let zeroThreshold = 0;
  let zeroCount = 0;
  let time = 0;
  let hint = 0;
  let isStale = false;
  let isInteger = false;
  const negativeSpans: Span[] = [];
  const negativeDeltas: number[] = [];
  const negativeCounts: number[] = [];
  const positiveSpans: Span[] = [];
  const positiveDeltas: number[] = [];
  const positiveCounts: number[] = [];
  const customValues: number[] = [];
  reader.beginParts();
  while (reader.at < end) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        count = reader.uint64();
        isInteger = true;
        break;
      case 2:
        count = reader.double();
        isInteger = false;
        break;
      case 3: {
        const at = reader.fixed(8);
        isStale =
          reader.view.getUint32(at, true) === STALE_LOW && reader.view.getUint32(at + 4, true) === STALE_HIGH;
        sum = reader.view.getFloat64(at, true);
        break;
      }
      case 4:
        schema = reader.sint32();
        break;
      case 5:
        zeroThreshold = reader.double();
        break;
      case 6:
        zeroCount = reader.uint64();
        break;
      case 7:
        zeroCount = reader.double();
        break;
      case 8:
        reader.add(negativeSpans, readSpan(reader));
        break;
      case 9:
        reader.numbers(tag, negativeDeltas, readSint64);
        break;
      case 10:
        reader.numbers(tag, negativeCounts, readDouble);
        break;
      case 11:
        reader.add(positiveSpans, readSpan(reader));
        break;
      case 12:
        reader.numbers(tag, positiveDeltas, readSint64);
        break;
      case 13:
        reader.numbers(tag, positiveCounts, readDouble);
        break;
      case 14:
        hint = reader.uint32();
        break;
      case 15:
        time = reader.int64();
        break;
      case 16:
        reader.numbers(tag, customValues, readDouble);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(end);
  if (isStale) {
    builder.addStaleMarker(series, item, time);
    return;
  }
  const histogram: Histogram = {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets: isInteger ? summed(positiveDeltas) : positiveCounts,
    negativeSpans,
    negativeBuckets: isInteger ? summed(negativeDeltas) : negativeCounts,
    customValues,
    resetHint: RESET_HINTS[hint] ?? "unknown",
  };
  if (isInteger && !countIsSound(histogram))
    builder.refuse(item, "invalid_histogram", "the count is not the buckets' sum");
  else builder.addHistogram(series, item, time, histogram);
}

/** Observations that are not numbers are counted, but in no bucket; the sum tells that there are such. */
function countIsSound({ count, sum, zeroCount, positiveBuckets, negativeBuckets }: Histogram): boolean {
  let inBuckets = zeroCount;
  for (const bucket of positiveBuckets) inBuckets += bucket;
  for (const bucket of negativeBuckets) inBuckets += bucket;
  return Number.isNaN(sum) ? inBuckets <= count : inBuckets === count;
}

function readSpan(reader: WireReader): Span {
  const end = reader.enter();
  const span: Span = { offset: 0, length: 0 };
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x08) span.offset = reader.sint32();
    else if (tag === 0x10) span.length = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(end);
  return span;
}

function summed(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => {
    count += delta;
    return count;
  });
}
