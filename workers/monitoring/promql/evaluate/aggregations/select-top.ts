import type { Aggregation } from "../../ast.ts";
import type { StepSeries, Vector } from "../../values.ts";
import type { Evaluation } from "../evaluation.ts";
import { seriesABatch } from "../instant-selector.ts";
import type { AccumulatorContext } from "./accumulator.ts";
import { grouping } from "./grouping.ts";
import { Top } from "./top.ts";

/** Of an element's place among the others, and of the list of those of a step, in samples. */
const ROOM_A_RANK = 6;
const ROOM_A_STEP = 4;

/** topk and bottomk: of each group the series with the greatest or least values, as they are. */
export async function* selectTop(
  { budget }: Evaluation,
  aggregation: Aggregation & { operator: "topk" | "bottomk" },
  input: Vector,
  context: AccumulatorContext,
): AsyncGenerator<readonly StepSeries[]> {
  const groupOf = grouping(aggregation);
  const groups = new Map<string, Top>();
  let held = 0;
  for await (const batch of input) {
    for (const series of batch) {
      const { key } = groupOf(series.labels);
      let group = groups.get(key);
      if (group === undefined) {
        budget.hold(context.steps * ROOM_A_STEP);
        held += context.steps * ROOM_A_STEP;
        group = new Top(aggregation.operator, context);
        groups.set(key, group);
      }
      const more = group.add(series) * ROOM_A_RANK;
      budget.hold(more);
      held += more;
    }
  }
  const most = seriesABatch({ count: context.steps });
  for (const group of groups.values()) yield* group.finish(most);
  budget.release(held);
}
