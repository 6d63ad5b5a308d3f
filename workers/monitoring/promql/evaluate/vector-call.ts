import type { Call, Expression } from "../ast.ts";
import { CallError, type EvaluatedArgument, type VectorFunction } from "../functions/function.ts";
import { valueType } from "../syntax/value-type.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { QueryError } from "./query-error.ts";
import { presenceInWindows } from "./range-call.ts";
import { notesOn } from "./remark.ts";
import { rejectRepeated } from "./repeated-labels.ts";
import { roomOf } from "./step-series.ts";
import { withoutParens } from "./without-parens.ts";

/** That take the room of a sample. */
const CHARACTERS_A_SAMPLE = 16;

/** A function of whole vectors. */
export async function* callVectorFunction(
  evaluation: Evaluation,
  call: Call,
  compute: VectorFunction,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const { budget, delayedNameRemoval } = evaluation;
  const evaluated: EvaluatedArgument[] = [];
  for (const argument of call.arguments) evaluated.push(await evaluate(evaluation, call, argument, steps));
  let held = 0;
  const collect = async (vector: Vector) => {
    const collected: StepSeries[] = [];
    for await (const batch of vector) {
      for (const series of batch) {
        const samples = roomOf(series);
        budget.hold(samples);
        held += samples;
        collected.push(series);
      }
    }
    return collected;
  };
  const holdText = (characters: number) => {
    const samples = Math.ceil(characters / CHARACTERS_A_SAMPLE);
    budget.hold(samples);
    held += samples;
  };
  const context = {
    steps,
    delayedNameRemoval,
    expressions: call.arguments.map(withoutParens),
    note: notesOn(call, evaluation),
    collect,
    holdText,
  };
  try {
    yield* rejectRepeated(compute(evaluated, context), budget);
  } catch (error) {
    throw error instanceof CallError ? new QueryError("execution", error.message) : error;
  } finally {
    budget.release(held);
  }
}

async function evaluate(
  evaluation: Evaluation,
  call: Call,
  argument: Expression,
  steps: Steps,
): Promise<EvaluatedArgument> {
  switch (valueType(argument)) {
    case "scalar":
      return { type: "scalar", values: await evaluation.scalar(argument, steps) };
    case "vector":
      return { type: "vector", vector: evaluation.vector(argument, steps) };
    case "matrix":
      return { type: "vector", vector: presenceInWindows(evaluation, call, steps) };
    case "string": {
      const literal = withoutParens(argument);
      return { type: "string", value: literal.type === "string" ? literal.value : "" };
    }
  }
}
