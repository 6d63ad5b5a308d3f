import type { Histogram, ResetHint } from "../../workers/monitoring/model/histogram.ts";
import { detectReset } from "../../workers/monitoring/promql/histograms/detect-reset.ts";

/**
 * The reset hint with which Prometheus' storage gives back each histogram of a series, whatever hint it came with:
 * counters are cut into chunks where they begin anew or change their layout, and only the first histogram of a chunk may
 * leave it open whether it began anew (tsdb/chunkenc/float_histogram.go: counterResetHint). Null for floats and stale markers.
 */
export function readHints(samples: readonly (Histogram | null)[]): (ResetHint | null)[] {
  let previous: Histogram | null = null;
  return samples.map((histogram) => {
    const before = previous;
    previous = histogram;
    return histogram === null ? null : hintOf(histogram, before);
  });
}

function hintOf(histogram: Histogram, before: Histogram | null): ResetHint {
  if (histogram.resetHint === "gauge" || histogram.resetHint === "reset") return histogram.resetHint;
  if (before === null || before.resetHint === "gauge") return "unknown";
  if (histogram.count < before.count) return "reset";
  const hasOtherLayout =
    histogram.schema !== before.schema ||
    histogram.zeroThreshold !== before.zeroThreshold ||
    histogram.customValues.join() !== before.customValues.join();
  if (hasOtherLayout) return "unknown";
  return detectReset({ ...histogram, resetHint: "unknown" }, before) ? "reset" : "not_reset";
}
