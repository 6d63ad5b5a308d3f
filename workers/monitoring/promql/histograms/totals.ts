import { EMPTY_HISTOGRAM, type Histogram } from "../../model/histogram.ts";
import { Samples } from "../../model/samples.ts";
import { detectReset } from "./detect-reset.ts";

/**
 * Samples of histograms with count and sum only. Their buckets are looked at once, for the hint whether a counter began
 * anew, which is not to be seen without them (Prometheus: promql/histogram_stats_iterator.go).
 */
export function withoutBuckets(samples: Samples): Samples {
  const { times, values, histograms } = samples;
  if (histograms === null) return samples;
  let previous: Histogram | null = null;
  const totals = histograms.map((histogram) => {
    if (histogram === null) return null;
    const before = previous;
    previous = histogram;
    return totalsOf(histogram, before);
  });
  return new Samples(times, values, totals);
}

function totalsOf(histogram: Histogram, before: Histogram | null): Histogram {
  const { schema, count, sum } = histogram;
  let { resetHint } = histogram;
  if (resetHint === "unknown" && before !== null) {
    resetHint = detectReset(histogram, before) ? "reset" : "not_reset";
  }
  return { ...EMPTY_HISTOGRAM, schema, count, sum, resetHint };
}
