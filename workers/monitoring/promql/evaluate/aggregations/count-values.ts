import type { Labels } from "../../../model/labels.ts";
import { plainNumberText } from "../../../model/number-text.ts";
import type { Aggregation } from "../../ast.ts";
import { toText } from "../../histograms/text.ts";
import { ABSENT, FLOAT, type StepSeries, type Vector } from "../../values.ts";
import type { Evaluation } from "../evaluation.ts";
import { newSeries } from "../step-series.ts";
import { grouping } from "./grouping.ts";

/** count_values: how often each value comes, as many series as there are values, which become labels. */
export async function* countValues(
  { budget }: Evaluation,
  aggregation: Aggregation,
  label: string,
  input: Vector,
  steps: number,
): AsyncGenerator<readonly StepSeries[]> {
  const names = aggregation.without ? aggregation.grouping : [...aggregation.grouping, label];
  const groupOf = grouping({ grouping: names, without: aggregation.without });
  const groups = new Map<string, StepSeries>();
  let held = 0;
  const countOf = (labels: Labels): StepSeries => {
    const group = groupOf(labels);
    let counts = groups.get(group.key);
    if (counts === undefined) {
      budget.hold(steps);
      held += steps;
      counts = newSeries(group, false, steps);
      groups.set(group.key, counts);
    }
    return counts;
  };
  for await (const batch of input) {
    for (const { labels, kinds, values, histograms } of batch) {
      const byText = new Map<string, StepSeries>();
      for (let step = 0; step < steps; step++) {
        if (kinds[step] === ABSENT) continue;
        const histogram = histograms?.[step];
        const text = histogram ? toText(histogram) : plainNumberText(values[step] ?? 0);
        let counts = byText.get(text);
        if (counts === undefined) {
          counts = countOf(labels.with(label, text));
          byText.set(text, counts);
        }
        counts.kinds[step] = FLOAT;
        counts.values[step] = (counts.values[step] ?? 0) + 1;
      }
    }
  }
  yield [...groups.values()];
  budget.release(held);
}
