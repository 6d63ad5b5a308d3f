import type { Binary, VectorMatching } from "../ast.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { mapSeries } from "./map-series.ts";
import { matchGroup } from "./matching.ts";
import { copyStep, newSeries, roomOfKinds } from "./step-series.ts";
import { StepSet } from "./step-set.ts";

/** By match group: the steps at which any element has it. */
type Presence = Map<string, StepSet>;

/** `and` and `unless` keep what the right side has or has not; `or` adds what the left side has not. */
export async function* applySetOperator(
  evaluation: Evaluation,
  { operator, left, right }: Binary,
  matching: VectorMatching,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const groupOf = matchGroup(matching);
  const keyOf = (series: StepSeries) => groupOf(series.labels).key;
  const { budget } = evaluation;
  const presence: Presence = new Map();
  let held = 0;
  const note = (series: StepSeries) => {
    const key = keyOf(series);
    const steps = presence.get(key);
    if (steps !== undefined) {
      steps.include(series.kinds);
      return;
    }
    const room = roomOfKinds(series.kinds.length);
    budget.hold(room);
    held += room;
    presence.set(key, new StepSet(series.kinds));
  };
  const leftVector = evaluation.vector(left, steps);
  const rightVector = evaluation.vector(right, steps);
  if (operator === "or") {
    for await (const batch of leftVector) {
      for (const series of batch) note(series);
      yield batch;
    }
    yield* filter(rightVector, keyOf, presence, false);
  } else {
    for await (const batch of rightVector) for (const series of batch) note(series);
    yield* filter(leftVector, keyOf, presence, operator === "and");
  }
  budget.release(held);
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
    for (let step = 0; step < series.kinds.length; step++) {
      if (present.has(step) === keepsPresent) copyStep(series, result, step);
    }
    return result;
  });
}
