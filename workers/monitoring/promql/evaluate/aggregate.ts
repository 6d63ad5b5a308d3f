import type { Aggregation } from "../ast.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import type { Accumulator, AccumulatorContext } from "./aggregations/accumulator.ts";
import { Count } from "./aggregations/count.ts";
import { countValues } from "./aggregations/count-values.ts";
import { Extreme } from "./aggregations/extreme.ts";
import { grouping } from "./aggregations/grouping.ts";
import { limitCount, limitRatio } from "./aggregations/limit.ts";
import { checkLabelName, checkParameter } from "./aggregations/parameter.ts";
import { Quantiles } from "./aggregations/quantiles.ts";
import { selectTop } from "./aggregations/select-top.ts";
import { SumOrAverage } from "./aggregations/sum-avg.ts";
import { Variance } from "./aggregations/variance.ts";
import type { Evaluation } from "./evaluation.ts";
import { notesAbout } from "./remark.ts";
import { hasValues, newSeries, roomOf } from "./step-series.ts";
import { withoutParens } from "./without-parens.ts";

/** An aggregation over all steps: one accumulator a group, and no input kept where it can be helped. */
export async function* aggregate(
  evaluation: Evaluation,
  aggregation: Aggregation,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const { operator, expression } = aggregation;
  if (operator === "count_values") {
    const label = checkLabelName(aggregation);
    yield* countValues(evaluation, aggregation, label, evaluation.vector(expression, steps), steps.count);
    return;
  }
  const parameter = await parameterOf(evaluation, aggregation, steps);
  if (parameter) checkParameter(evaluation, aggregation, parameter);
  const input = evaluation.vector(expression, steps);
  const context = contextOf(evaluation, aggregation, steps.count, parameter);
  if (operator === "limitk")
    yield* limitCount(evaluation, aggregation, input, parameter ?? new Float64Array(0));
  else if (operator === "limit_ratio") yield* limitRatio(input, parameter ?? new Float64Array(0));
  else if (operator === "topk" || operator === "bottomk") {
    yield* selectTop(evaluation, { ...aggregation, operator }, input, context);
  } else
    yield* accumulate(evaluation, aggregation, input, () => accumulatorOf(operator, context), steps.count);
}

async function parameterOf(
  evaluation: Evaluation,
  { parameter }: Aggregation,
  steps: Steps,
): Promise<Float64Array | null> {
  return parameter && evaluation.scalar(parameter, steps);
}

function contextOf(
  evaluation: Evaluation,
  { operator, expression, range }: Aggregation,
  steps: number,
  parameter: Float64Array | null,
): AccumulatorContext {
  const isRanking = operator === "topk" || operator === "bottomk";
  const about = isRanking ? range : withoutParens(expression).range;
  return {
    steps,
    parameter,
    note: notesAbout(about, evaluation),
  };
}

type Accumulated = Exclude<
  Aggregation["operator"],
  "count_values" | "limitk" | "limit_ratio" | "topk" | "bottomk"
>;

function accumulatorOf(operator: Accumulated, context: AccumulatorContext): Accumulator {
  switch (operator) {
    case "sum":
    case "avg":
      return new SumOrAverage(operator, context);
    case "min":
    case "max":
      return new Extreme(operator, context);
    case "count":
    case "group":
      return new Count(operator, context);
    case "stddev":
    case "stdvar":
      return new Variance(operator, context);
    case "quantile":
      return new Quantiles(context);
  }
}

/** What an accumulator keeps of a step, at most: three numbers and what it has seen. */
const ROOM_A_STEP = 3;

interface Group {
  readonly accumulator: Accumulator;
  readonly labels: StepSeries["labels"];
  dropsName: boolean;
}

async function* accumulate(
  { budget }: Evaluation,
  aggregation: Aggregation,
  input: Vector,
  newAccumulator: () => Accumulator,
  steps: number,
): AsyncGenerator<readonly StepSeries[]> {
  const groupOf = grouping(aggregation);
  const groups = new Map<string, Group>();
  const keepsInput = aggregation.operator === "quantile";
  let held = 0;
  for await (const batch of input) {
    for (const series of batch) {
      const labels = groupOf(series.labels);
      let group = groups.get(labels.key);
      let holds = keepsInput ? roomOf(series) : 0;
      if (group === undefined) {
        holds += steps * ROOM_A_STEP;
        budget.ensureRoom(holds);
        group = { accumulator: newAccumulator(), labels, dropsName: false };
        groups.set(labels.key, group);
      }
      budget.hold(holds);
      held += holds;
      if (series.dropsName) group.dropsName = true;
      group.accumulator.add(series);
    }
  }
  const results = [...groups.values()].map(({ accumulator, labels, dropsName }) => {
    const result = newSeries(labels, dropsName, steps);
    accumulator.finish(result);
    return result;
  });
  yield results.filter(hasValues);
  budget.release(held);
}
