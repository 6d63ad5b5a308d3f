import type { Binary, VectorMatching } from "../ast.ts";
import { ABSENT, type StepSeries, type Steps, type Vector } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { matchGroup } from "./matching.ts";
import { copyStep, newSeries } from "./step-series.ts";

/** By match group: the steps at which any element has it. */
type Presence = Map<string, Uint8Array>;

/** `and` and `unless` keep what the right side has or has not; `or` adds what the left side has not. */
export async function* applySetOperator(
  evaluation: Evaluation,
  { operator, left, right }: Binary,
  matching: VectorMatching,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const groupOf = matchGroup(matching);
  const keyOf = (series: StepSeries) => groupOf(series.labels).key;
  const presence: Presence = new Map();
  const leftVector = evaluation.vector(left, steps);
  const rightVector = evaluation.vector(right, steps);
  if (operator === "or") {
    for await (const batch of leftVector) {
      for (const series of batch) notePresence(presence, keyOf(series), series.kinds);
      yield batch;
    }
    yield* filter(rightVector, keyOf, presence, false);
    return;
  }
  for await (const batch of rightVector) {
    for (const series of batch) notePresence(presence, keyOf(series), series.kinds);
  }
  yield* filter(leftVector, keyOf, presence, operator === "and");
}

function notePresence(presence: Presence, key: string, kinds: Uint8Array): void {
  const steps = presence.get(key);
  if (steps === undefined) presence.set(key, kinds.slice());
  else for (let step = 0; step < kinds.length; step++) steps[step] = (steps[step] ?? 0) | (kinds[step] ?? 0);
}

function filter(
  vector: Vector,
  keyOf: (series: StepSeries) => string,
  presence: Presence,
  keepsPresent: boolean,
): Vector {
  return mapSeries(vector, (series) => {
    const present = presence.get(keyOf(series));
    if (present === undefined && !keepsPresent) return series;
    const result = newSeries(series.labels, series.dropsName, series.kinds.length);
    if (present === undefined) return result;
    for (let step = 0; step < present.length; step++) {
      if ((present[step] !== ABSENT) === keepsPresent) copyStep(series, result, step);
    }
    return result;
  });
}
