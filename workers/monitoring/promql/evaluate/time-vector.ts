import { Labels } from "../../model/labels.ts";
import { FLOAT, type StepSeries, type Steps } from "../values.ts";
import { newSeries } from "./step-series.ts";
import { timeOf } from "./steps.ts";

/** The time of each step in seconds. */
export function timesInSeconds(steps: Steps): Float64Array {
  return Float64Array.from({ length: steps.count }, (_, step) => timeOf(steps, step) / 1_000);
}

/** One element without labels: a scalar made a vector. */
export async function* scalarVector(values: Float64Array): AsyncGenerator<readonly StepSeries[]> {
  const series = newSeries(Labels.EMPTY, false, values.length);
  series.kinds.fill(FLOAT);
  series.values.set(values);
  yield [series];
}

export function timeVector(steps: Steps): AsyncGenerator<readonly StepSeries[]> {
  return scalarVector(timesInSeconds(steps));
}
