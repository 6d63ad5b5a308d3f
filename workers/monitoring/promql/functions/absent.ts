import { Labels, METRIC_NAME } from "../../model/labels.ts";
import type { Matcher } from "../../model/matcher.ts";
import type { Expression } from "../ast.ts";
import { hasValues, newSeries, setStep } from "../evaluate/step-series.ts";
import { ABSENT } from "../values.ts";
import { vectorOf } from "./arguments.ts";
import type { VectorFunction } from "./function.ts";

/** 1 at every step where no series has a value, under the labels that the selector asks for with =. */
export const absent: VectorFunction = async function* ([argument], { steps, expressions: [expression] }) {
  const present = new Uint8Array(steps.count);
  for await (const batch of vectorOf(argument)) {
    for (const { kinds } of batch) {
      for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) present[step] = 1;
    }
  }
  const series = newSeries(absentLabels(expression), false, steps.count);
  present.forEach((isPresent, step) => {
    if (!isPresent) setStep(series, step, 1);
  });
  if (hasValues(series)) yield [series];
};

/** A name that is asked for twice is left out, even with one value (Prometheus: createLabelsForAbsentFunction). */
function absentLabels(expression: Expression | undefined): Labels {
  const wanted = new Map<string, string>();
  const seen = new Set<string>([METRIC_NAME]);
  for (const { name, operator, value } of matchersOf(expression)) {
    if (operator === "=" && !seen.has(name)) wanted.set(name, value);
    else wanted.delete(name);
    if (operator === "=") seen.add(name);
  }
  return Labels.from(wanted);
}

function matchersOf(expression: Expression | undefined): readonly Matcher[] {
  if (expression?.type === "vectorSelector") return expression.matchers;
  return expression?.type === "matrixSelector" ? expression.selector.matchers : [];
}
