import { Samples } from "../model/samples.ts";

/**
 * Cuts samples where floats turn into histograms or back, since a chunk holds one kind. A stale marker goes with the
 * samples before it, or at the very beginning with those after it. The runs share memory with the samples.
 */
export function splitRuns(samples: Samples): Samples[] {
  const { histograms, length } = samples;
  if (length === 0) return [];
  if (histograms === null) return [samples];
  const runs: Samples[] = [];
  let from = 0;
  let kind: boolean | null = null;
  for (let i = 0; i < length; i += 1) {
    const isHistogram = histograms[i] != null;
    if (!isHistogram && samples.isStale(i)) continue;
    if (kind !== null && kind !== isHistogram) {
      runs.push(run(samples, from, i, kind));
      from = i;
    }
    kind = isHistogram;
  }
  runs.push(run(samples, from, length, kind ?? false));
  return runs;
}

function run(samples: Samples, from: number, to: number, isHistogram: boolean): Samples {
  return new Samples(
    samples.times.subarray(from, to),
    samples.values.subarray(from, to),
    isHistogram && samples.histograms !== null ? samples.histograms.slice(from, to) : null,
  );
}
