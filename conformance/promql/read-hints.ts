import type { Histogram, ResetHint } from "../../workers/monitoring/model/histogram.ts";
import { detectReset } from "../../workers/monitoring/promql/histograms/detect-reset.ts";

/**
 * The reset hint with which Prometheus' storage gives back each histogram of a series, whatever hint it came with: it cuts
 * counters into chunks where they begin anew or change their layout, and within a chunk it is known that they did not
 * (tsdb/chunkenc/float_histogram.go: counterResetHint). That one did begin anew is only known of those that said so
 * when they were loaded (prometheus/prometheus#15346). Null for floats and stale markers.
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
  const hasOtherLayout =
    histogram.schema !== before.schema ||
    histogram.zeroThreshold !== before.zeroThreshold ||
    histogram.customValues.join() !== before.customValues.join();
  const beganAnew = detectReset({ ...histogram, resetHint: "unknown" }, before);
  return hasOtherLayout || beganAnew ? "unknown" : "not_reset";
}
