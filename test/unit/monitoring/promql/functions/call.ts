import type { Histogram } from "../../../../../workers/monitoring/model/histogram.ts";
import { Labels } from "../../../../../workers/monitoring/model/labels.ts";
import { matcher } from "../../../../../workers/monitoring/model/matcher.ts";
import { Samples } from "../../../../../workers/monitoring/model/samples.ts";
import type { AnnotationLevel } from "../../../../../workers/monitoring/promql/annotations.ts";
import type { Expression } from "../../../../../workers/monitoring/promql/ast.ts";
import { Budget } from "../../../../../workers/monitoring/promql/evaluate/budget.ts";
import { rejectRepeated } from "../../../../../workers/monitoring/promql/evaluate/repeated-labels.ts";
import { newSeries, setStep } from "../../../../../workers/monitoring/promql/evaluate/step-series.ts";
import type { EvaluatedArgument } from "../../../../../workers/monitoring/promql/functions/function.ts";
import {
  ELEMENT_FUNCTIONS,
  RANGE_FUNCTIONS,
  VECTOR_FUNCTIONS,
} from "../../../../../workers/monitoring/promql/functions/tables.ts";
import { ABSENT, type StepSeries } from "../../../../../workers/monitoring/promql/values.ts";

export type Value = number | Histogram | null;

export interface RangeCall {
  /** Seconds and values in the window. */
  samples: readonly (readonly [time: number, value: number | Histogram])[];
  /** Seconds. */
  start: number;
  end: number;
  scalars?: number[];
  metricName?: string;
}

export interface Answer<T> {
  value: T;
  remarks: string[];
}

/** Calls a function of a range vector with a window that other samples surround. */
export function callRange(
  name: string,
  { samples, start, end, scalars = [], metricName = "requests_total" }: RangeCall,
): Answer<Value> {
  const surrounded = [[start - 10, 1e6] as const, ...samples, [end + 10, -1e6] as const];
  const remarks: string[] = [];
  const value = known(RANGE_FUNCTIONS, name)(
    { samples: samplesOf(surrounded), from: 1, to: samples.length + 1, start: start * 1000, end: end * 1000 },
    { scalars, strings: [], time: end * 1000, metricName, note: noteIn(remarks) },
  );
  return { value, remarks };
}

export function callElement(name: string, value: number | Histogram, ...scalars: number[]): Value {
  const [float, histogram] = typeof value === "number" ? [value, null] : [Number.NaN, value];
  const context = {
    scalars: [Number.NaN, ...scalars],
    strings: [],
    time: 0,
    metricName: "m",
    note: noteIn([]),
  };
  return known(ELEMENT_FUNCTIONS, name)(
    float,
    histogram,
    scalars.length > 0 ? context : { ...context, scalars: [] },
  );
}

type Row = readonly [labels: Record<string, string>, ...values: Value[]];

/** The rows of a vector, one value a step. */
export function vectorOf(...rows: Row[]): EvaluatedArgument {
  const series = rows.map(([labels, ...values]) => seriesOf(labels, values));
  return { type: "vector", vector: { [Symbol.asyncIterator]: () => inBatches(series) } };
}

export function scalarOf(...values: number[]): EvaluatedArgument {
  return { type: "scalar", values: Float64Array.from(values) };
}

export function textOf(value: string): EvaluatedArgument {
  return { type: "string", value };
}

/** Calls a function of whole vectors. Steps are a minute apart. */
export async function callVector(
  name: string,
  steps: number,
  arguments_: readonly EvaluatedArgument[],
  { delayedNameRemoval = false, expression = selector({}) } = {},
): Promise<Answer<Row[]>> {
  const remarks: string[] = [];
  const collect = async (vector: AsyncIterable<readonly StepSeries[]>) => {
    const all: StepSeries[] = [];
    for await (const batch of vector) all.push(...batch);
    return all;
  };
  const vector = known(VECTOR_FUNCTIONS, name)(arguments_, {
    steps: { start: 0, step: 60_000, count: steps },
    delayedNameRemoval,
    expressions: arguments_.map(() => expression),
    note: noteIn(remarks),
    collect,
    holdText: () => {},
  });
  const series = await collect(rejectRepeated(vector, unlimited()));
  return { value: series.map((each) => [each.labels.toObject(), ...valuesOf(each)]), remarks };
}

export function selector(labels: Record<string, string>): Expression {
  const matchers = Object.entries(labels).map(([label, value]) => matcher(label, "=", value));
  return { type: "vectorSelector", name: null, matchers, offset: 0, at: null, range: { start: 0, end: 0 } };
}

function known<T>(table: ReadonlyMap<string, T>, name: string): T {
  const found = table.get(name);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}

function noteIn(remarks: string[]) {
  return (level: AnnotationLevel, message: string, argument: number) => {
    const remark = `${level} ${argument}: ${message}`;
    if (!remarks.includes(remark)) remarks.push(remark);
  };
}

function samplesOf(samples: readonly (readonly [number, number | Histogram])[]): Samples {
  const isFloat = samples.every(([, value]) => typeof value === "number");
  return new Samples(
    Float64Array.from(samples, ([time]) => time * 1000),
    Float64Array.from(samples, ([, value]) => (typeof value === "number" ? value : Number.NaN)),
    isFloat ? null : samples.map(([, value]) => (typeof value === "number" ? null : value)),
  );
}

function seriesOf(labels: Record<string, string>, values: readonly Value[]): StepSeries {
  const series = newSeries(Labels.of(labels), false, values.length);
  values.forEach((value, step) => {
    setStep(series, step, value);
  });
  return series;
}

function valuesOf({ kinds, values, histograms }: StepSeries): Value[] {
  return Array.from(kinds, (kind, step) => {
    if (kind === ABSENT) return null;
    return histograms?.[step] ?? values[step] ?? null;
  });
}

async function* inBatches(series: readonly StepSeries[]): AsyncGenerator<readonly StepSeries[]> {
  for (let at = 0; at < series.length; at += 2) yield series.slice(at, at + 2);
}

const unlimited = () =>
  new Budget({
    maxSamples: Number.POSITIVE_INFINITY,
    deadline: null,
    now: () => 0,
    signal: null,
    yieldToOthers: async () => {},
  });
