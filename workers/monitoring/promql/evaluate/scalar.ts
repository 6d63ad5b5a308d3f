import type { Binary, Call, Expression } from "../ast.ts";
import { FLOAT, type Steps } from "../values.ts";
import { ARITHMETIC, COMPARISONS } from "./arithmetic.ts";
import type { Evaluation } from "./evaluation.ts";
import { timesInSeconds } from "./time-vector.ts";

/** What an expression of type scalar is at each step. */
export async function evaluateScalar(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
): Promise<Float64Array> {
  switch (expression.type) {
    case "number":
      return new Float64Array(steps.count).fill(expression.value);
    case "paren":
      return evaluation.scalar(expression.expression, steps);
    case "unary": {
      const values = await evaluation.scalar(expression.expression, steps);
      return expression.operator === "-" ? values.map((value) => -value) : values;
    }
    case "binary":
      return combineScalars(evaluation, expression, steps);
    case "call":
      return callScalarFunction(evaluation, expression, steps);
    default:
      throw new TypeError(`${expression.type} is no scalar`);
  }
}

async function combineScalars(
  evaluation: Evaluation,
  { operator, left, right }: Binary,
  steps: Steps,
): Promise<Float64Array> {
  const compute = ARITHMETIC.get(operator) ?? asNumber(COMPARISONS.get(operator));
  const leftValues = await evaluation.scalar(left, steps);
  const rightValues = await evaluation.scalar(right, steps);
  return leftValues.map((value, step) => compute(value, rightValues[step] ?? Number.NaN));
}

function asNumber(
  compare: ((left: number, right: number) => boolean) | undefined,
): (left: number, right: number) => number {
  return (left, right) => (compare?.(left, right) ? 1 : 0);
}

async function callScalarFunction(
  evaluation: Evaluation,
  { name, arguments: [argument, other] }: Call,
  steps: Steps,
): Promise<Float64Array> {
  if (argument && other) {
    const pick = name === "min_of" ? Math.min : Math.max;
    const values = await evaluation.scalar(other, steps);
    return (await evaluation.scalar(argument, steps)).map((value, step) =>
      pick(value, values[step] ?? Number.NaN),
    );
  }
  if (name === "time") return timesInSeconds(steps);
  if (name === "scalar" && argument) return onlyFloats(evaluation, argument, steps);
  return new Float64Array(steps.count).fill(constant(name, evaluation));
}

/** Functions without arguments that are the same at every step; times in seconds. */
function constant(name: string, { queryStart, queryEnd, queryStep }: Evaluation): number {
  switch (name) {
    case "pi":
      return Math.PI;
    case "start":
      return queryStart / 1_000;
    case "end":
      return queryEnd / 1_000;
    case "range":
      return (queryEnd - queryStart) / 1_000;
    case "step":
      return queryStep / 1_000;
    default:
      throw new TypeError(`${name}() gives no scalar`);
  }
}

/** The value of the only element that is a float; NaN where there is none or more than one. */
async function onlyFloats(
  evaluation: Evaluation,
  expression: Expression,
  steps: Steps,
): Promise<Float64Array> {
  const counts = new Uint32Array(steps.count);
  const only = new Float64Array(steps.count);
  for await (const batch of evaluation.vector(expression, steps)) {
    for (const { kinds, values } of batch) {
      for (let step = 0; step < steps.count; step++) {
        if (kinds[step] !== FLOAT) continue;
        counts[step] = (counts[step] ?? 0) + 1;
        only[step] = values[step] ?? 0;
      }
    }
  }
  return only.map((value, step) => (counts[step] === 1 ? value : Number.NaN));
}
