import type { Histogram } from "../model/histogram.ts";
import { Samples } from "../model/samples.ts";

/** Samples in any order, by time; of two with one time the later one in the argument holds. */
export function orderSamples(samples: Samples): Samples {
  const { times } = samples;
  const order = new Uint32Array(times.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  let kept = 0;
  for (let i = 0; i < order.length; i++) {
    const place = order[i] ?? 0;
    const following = order[i + 1];
    if (following !== undefined && times[following] === times[place]) continue;
    order[kept++] = place;
  }
  return pickSamples(samples, order.subarray(0, kept));
}

/** Joins runs of samples of one series, the later run winning where two have a sample at one time. */
export function mergeSamples(runs: readonly Samples[]): Samples {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only;
  const joined = joinSamples(runs);
  for (let i = 1; i < joined.length; i++) {
    if ((joined.times[i] ?? 0) <= (joined.times[i - 1] ?? 0)) return orderSamples(joined);
  }
  return joined;
}

/** The samples with `start <= time <= end`; shares memory with all of them. */
export function cutSamples(samples: Samples, start: number, end: number): Samples {
  const { times, values, histograms, length } = samples;
  const from = firstFrom(times, start);
  const to = firstFrom(times, end, true);
  if (from === 0 && to === length) return samples;
  return new Samples(
    times.subarray(from, to),
    values.subarray(from, to),
    histograms === null ? null : histograms.slice(from, to),
  );
}

/** Of ascending times, the place of the first that is not before a time, or with `isAfter` the first after it. */
export function firstFrom(times: Float64Array, time: number, isAfter = false): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = times[middle] ?? 0;
    if (found < time || (isAfter && found === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joinSamples(runs: readonly Samples[]): Samples {
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  const has = runs.some(({ histograms }) => histograms !== null);
  const histograms: (Histogram | null)[] = [];
  let at = 0;
  for (const run of runs) {
    times.set(run.times, at);
    values.set(run.values, at);
    if (has) for (let i = 0; i < run.length; i++) histograms.push(run.histograms?.[i] ?? null);
    at += run.length;
  }
  return new Samples(times, values, has ? histograms : null);
}

function pickSamples(samples: Samples, places: Uint32Array): Samples {
  const values = new Float64Array(places.length);
  const times = new Float64Array(places.length);
  const picked = new Samples(
    times,
    values,
    samples.histograms === null ? null : Array.from(places, (place) => samples.histograms?.[place] ?? null),
  );
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    times[i] = samples.times[place] ?? 0;
    picked.bits[i * 2] = samples.bits[place * 2] ?? 0;
    picked.bits[i * 2 + 1] = samples.bits[place * 2 + 1] ?? 0;
  }
  return picked;
}
