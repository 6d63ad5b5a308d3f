import type { ExposedFamily } from "../exposition/family.ts";
import { encodeLabels, hashBytes } from "../model/label-codec.ts";
import { type Labels, METRIC_NAME } from "../model/labels.ts";
import { boundText } from "../model/number-text.ts";
import type { SampleBatch } from "../model/sample-batch.ts";
import { ownFamilies } from "./families.ts";
import type { OwnTotals } from "./totals.ts";

/** The label that tells the service's own series from those that are sent to it. */
const JOB = "almanac";

/** The totals as samples of one moment. @param time milliseconds since 1970 */
export function ownSamples(totals: OwnTotals, time: number): SampleBatch {
  const families = ownFamilies(totals);
  const points = families.flatMap(pointsOf);
  const labels = points.map(({ name, labels: own }) =>
    encodeLabels(own.with("job", JOB).with(METRIC_NAME, name)),
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
    metadata: families.map(({ name, type, help, unit }) => ({ metric: name, type, help, unit })),
  };
}

interface Point {
  name: string;
  labels: Labels;
  value: number;
}

function pointsOf(family: ExposedFamily): Point[] {
  const { name } = family;
  if (family.type === "summary") throw new TypeError(`${name}: summaries are not measured here`);
  if (family.type !== "histogram") return family.series.map(({ labels, value }) => ({ name, labels, value }));
  return family.series.flatMap(({ labels, buckets, sum, count }) => [
    ...buckets.map(({ upperBound, count: below }) => ({
      name: `${name}_bucket`,
      labels: labels.with("le", boundText(upperBound)),
      value: below,
    })),
    { name: `${name}_sum`, labels, value: sum },
    { name: `${name}_count`, labels, value: count },
  ]);
}
