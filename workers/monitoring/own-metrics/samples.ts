import { encodeLabels, hashBytes } from "../model/label-codec.ts";
import { Labels, METRIC_NAME } from "../model/labels.ts";
import type { SampleBatch } from "../model/sample-batch.ts";
import { ownFamilies } from "./families.ts";
import type { OwnTotals } from "./totals.ts";

/** The label that tells the service's own series from those that are sent to it. */
const JOB = ["job", "almanac"] as const;

/** The totals as samples of one moment. @param time milliseconds since 1970 */
export function ownSamples(totals: OwnTotals, time: number): SampleBatch {
  const families = ownFamilies(totals);
  const points = families.flatMap(({ points }) => points);
  const labels = points.map(({ name, labels: pairs }) =>
    encodeLabels(Labels.from([[METRIC_NAME, name], JOB, ...pairs])),
  );
  const labelEnds = new Uint32Array(labels.length);
  const hashes = new Uint32Array(labels.length * 2);
  let end = 0;
  for (const [index, bytes] of labels.entries()) {
    end += bytes.length;
    labelEnds[index] = end;
    hashBytes(bytes, 0, bytes.length, hashes, index * 2);
  }
  const labelBytes = new Uint8Array(end);
  for (const [index, bytes] of labels.entries())
    labelBytes.set(bytes, (labelEnds[index] ?? 0) - bytes.length);
  return {
    labelBytes,
    labelEnds,
    hashes,
    series: Uint32Array.from(points.keys()),
    times: new Float64Array(points.length).fill(time),
    values: Float64Array.from(points, ({ value }) => value),
    histograms: [],
    exemplars: [],
    metadata: families.map(({ metric, type, help, unit }) => ({ metric, type, help, unit })),
  };
}
