import { mergeSamples } from "../../head/order-samples.ts";
import type { Histogram } from "../../model/histogram.ts";
import type { Labels } from "../../model/labels.ts";
import { Samples } from "../../model/samples.ts";
import type { Expression } from "../ast.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import { samplesToBounds } from "./bounded-samples.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { withoutMetric } from "./metric-name.ts";
import { QueryError } from "./query-error.ts";
import { mergeRepeated } from "./repeated-labels.ts";
import { samplesAt, timesOf } from "./step-samples.ts";
import { relabeled } from "./step-series.ts";
import { referenceTime } from "./steps.ts";
import { scalarVector } from "./time-vector.ts";
import { samplesBetween, windowsOf } from "./windows.ts";

/** Times are in milliseconds since 1970. */
export type QueryValue = ScalarResult | StringResult | VectorResult | MatrixResult;

interface ScalarResult {
  readonly type: "scalar";
  readonly time: number;
  readonly value: number;
}

interface StringResult {
  readonly type: "string";
  readonly time: number;
  readonly value: string;
}

/** In the order that sort() or topk() made, or in none. */
interface VectorResult {
  readonly type: "vector";
  readonly time: number;
  readonly elements: readonly VectorElement[];
}

export interface VectorElement {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram: Histogram | null;
}

/** Sorted by labels. */
export interface MatrixResult {
  readonly type: "matrix";
  readonly series: readonly MatrixSeries[];
}

export interface MatrixSeries {
  readonly labels: Labels;
  readonly samples: Samples;
}

/** The value of a vector's expression at one time. @throws QueryError where two elements have the same labels */
export async function vectorOf(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
): Promise<VectorResult> {
  const elements: VectorElement[] = [];
  const vector = mergeRepeated(withFinalNames(evaluation.vector(expression, steps)), evaluation);
  for await (const batch of vector) {
    for (const { labels, values, histograms } of batch) {
      elements.push({ labels, value: values[0] ?? 0, histogram: histograms?.[0] ?? null });
    }
  }
  return { type: "vector", time: steps.start, elements };
}

/** The values of a scalar's or a vector's expression at all steps. @throws QueryError as {@link vectorOf} */
export async function rangeOf(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
  isScalar: boolean,
): Promise<MatrixResult> {
  if (steps.count === 0) return { type: "matrix", series: [] };
  const vector = isScalar
    ? scalarVector(await evaluation.scalar(expression, steps))
    : evaluation.vector(expression, steps);
  const times = timesOf(steps);
  const found = new Map<string, MatrixSeries>();
  for await (const batch of withFinalNames(vector)) {
    for (const column of batch) {
      const { labels } = column;
      const samples = samplesAt(column, times);
      evaluation.budget.hold(samplesBetween(samples, 0, samples.length));
      const known = found.get(labels.key);
      found.set(labels.key, { labels, samples: known ? joined(known.samples, samples) : samples });
    }
  }
  return sorted([...found.values()]);
}

/** Pieces of one series. @throws QueryError where both have a sample at the same time */
function joined(one: Samples, other: Samples): Samples {
  const all = mergeSamples([one, other]);
  if (all.length < one.length + other.length) throw QueryError.repeatedLabels();
  return all;
}

/** The samples of a range vector in its window at one time. */
export async function matrixOf(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
): Promise<MatrixResult> {
  if (expression.type !== "matrixSelector" && expression.type !== "subquery") {
    throw new TypeError(`${expression.type} is no range vector`);
  }
  const { budget, delayedNameRemoval, lookbackDelta } = evaluation;
  const windows = windowsOf(evaluation, expression, steps);
  const { bounds } = windows;
  const end = referenceTime(windows.reference, steps.start);
  const start = end - windows.length;
  const series: MatrixSeries[] = [];
  for await (const batch of windows.series) {
    for (const { labels, dropsName, samples } of batch) {
      const present =
        bounds === null || samples.histograms !== null
          ? within(samples, start, end)
          : samplesToBounds(samples, start, end, bounds, lookbackDelta);
      if (present.length === 0) continue;
      const size = samplesBetween(present, 0, present.length);
      budget.touch(size);
      budget.hold(size);
      series.push({
        labels: dropsName && delayedNameRemoval ? withoutMetric(labels) : labels,
        samples: present,
      });
    }
  }
  return sorted(series);
}

/** With the names dropped that were to go when the query ends. */
function withFinalNames(vector: Vector): Vector {
  return mapSeries(vector, (series: StepSeries) =>
    series.dropsName ? relabeled(series, withoutMetric(series.labels), false) : series,
  );
}

function within({ times, values, histograms }: Samples, start: number, end: number): Samples {
  let from = 0;
  while (from < times.length && (times[from] ?? 0) <= start) from++;
  let to = from;
  while (to < times.length && (times[to] ?? 0) <= end) to++;
  return new Samples(
    times.subarray(from, to),
    values.subarray(from, to),
    histograms?.slice(from, to) ?? null,
  );
}

function sorted(series: MatrixSeries[]): MatrixResult {
  return { type: "matrix", series: series.sort((one, other) => compareLabels(one.labels, other.labels)) };
}

/** By the first name that differs, then by its value; of two of which one begins as the other, the shorter first. */
function compareLabels({ flat: one }: Labels, { flat: other }: Labels): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const left = one[at] ?? "";
    const right = other[at] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return one.length - other.length;
}
