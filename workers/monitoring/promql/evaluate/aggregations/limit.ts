import { encodeLabels, hashBytes } from "../../../model/label-codec.ts";
import type { Labels } from "../../../model/labels.ts";
import type { Aggregation } from "../../ast.ts";
import { ABSENT, type StepSeries, type Vector } from "../../values.ts";
import type { Evaluation } from "../evaluation.ts";
import { mapSeries } from "../map-series.ts";
import { copyStep, newSeries } from "../step-series.ts";
import { grouping } from "./grouping.ts";

/** limitk: at each step the first k elements of each group. */
export async function* limitCount(
  { budget }: Evaluation,
  aggregation: Aggregation,
  input: Vector,
  parameter: Float64Array,
): AsyncGenerator<readonly StepSeries[]> {
  const groupOf = grouping(aggregation);
  const taken = new Map<string, Uint32Array>();
  yield* mapSeries(input, (series) => {
    const { key } = groupOf(series.labels);
    let counts = taken.get(key);
    if (counts === undefined) {
      budget.hold(parameter.length);
      counts = new Uint32Array(parameter.length);
      taken.set(key, counts);
    }
    const result = newSeries(series.labels, series.dropsName, parameter.length);
    for (let step = 0; step < parameter.length; step++) {
      const count = counts[step] ?? 0;
      if (series.kinds[step] === ABSENT || count >= Math.trunc(parameter[step] ?? 0)) continue;
      counts[step] = count + 1;
      copyStep(series, result, step);
    }
    return result;
  });
  budget.release(taken.size * parameter.length);
}

/**
 * limit_ratio: of all series such a share, chosen by a hash of their labels, so that it is the same at every step. A
 * negative ratio takes those that its complement leaves.
 */
export function limitRatio(input: Vector, parameter: Float64Array): Vector {
  return mapSeries(input, (series) => {
    const place = placeOf(series.labels);
    const result = newSeries(series.labels, series.dropsName, parameter.length);
    for (let step = 0; step < parameter.length; step++) {
      const ratio = parameter[step] ?? 0;
      if (ratio >= 0 ? place < ratio : place >= 1 + ratio) copyStep(series, result, step);
    }
    return result;
  });
}

/** From 0 up to, not including, 1. */
function placeOf(labels: Labels): number {
  const bytes = encodeLabels(labels);
  const hash = new Uint32Array(2);
  hashBytes(bytes, 0, bytes.length, hash, 0);
  return (hash[0] ?? 0) / 2 ** 32;
}
