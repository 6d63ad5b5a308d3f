import type { Histogram } from "../../model/histogram.ts";
import type { Labels } from "../../model/labels.ts";
import { FLOAT, type StepSeries, type Vector } from "../values.ts";
import type { ClassicBuckets } from "./classic-buckets.ts";
import type { VectorContext } from "./function.ts";
import { malformedBucketLabel, mixedClassicAndNative } from "./remarks.ts";

const BOUND = "le";
const BOUND_NAMES: ReadonlySet<string> = new Set([BOUND]);

/** Native and classic histograms of one name and labels, apart from the label of classic buckets. */
export interface HistogramGroup {
  readonly labels: Labels;
  readonly dropsName: boolean;
  native: StepSeries | null;
  /** By ascending bounds. */
  readonly buckets: { readonly bound: number; readonly series: StepSeries }[];
}

/** Groups the series of a vector by histogram (Prometheus: promql/engine.go, resetHistograms). */
export async function collectHistograms(
  vector: Vector,
  context: VectorContext,
  argument: number,
): Promise<HistogramGroup[]> {
  const groups = new Map<string, HistogramGroup>();
  const groupOf = (labels: Labels, { dropsName }: StepSeries) => {
    const group = groups.get(labels.key) ?? { labels, dropsName, native: null, buckets: [] };
    groups.set(labels.key, group);
    return group;
  };
  for (const series of await context.collect(vector)) {
    const { labels } = series;
    if (series.histograms !== null) groupOf(labels, series).native = series;
    if (!series.kinds.includes(FLOAT)) continue;
    const bound = parseBound(labels.get(BOUND));
    if (bound !== null) groupOf(labels.drop(BOUND_NAMES), series).buckets.push({ bound, series });
    else context.note("warning", malformedBucketLabel(labels.metricName, labels.get(BOUND)), argument);
  }
  for (const { buckets } of groups.values()) buckets.sort((left, right) => left.bound - right.bound);
  return [...groups.values()];
}

/** What a group has at a step; null if it has nothing, or both kinds, which is remarked on. */
export function histogramAt(
  { labels, native, buckets }: HistogramGroup,
  step: number,
  scratch: ClassicBuckets,
  note: (message: string) => void,
): Histogram | ClassicBuckets | null {
  scratch.clear();
  for (const { bound, series } of buckets) {
    if (series.kinds[step] === FLOAT) scratch.push(bound, series.values[step] ?? 0);
  }
  const histogram = native?.histograms?.[step] ?? null;
  if (scratch.isEmpty || histogram === null) return histogram ?? (scratch.isEmpty ? null : scratch);
  note(mixedClassicAndNative(labels.metricName));
  return null;
}

/** A number as Go's strconv.ParseFloat takes it, but hexadecimals; null for anything else. */
function parseBound(text: string): number | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return null;
}
