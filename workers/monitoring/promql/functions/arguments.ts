import type { Vector } from "../values.ts";
import type { EvaluatedArgument } from "./function.ts";

/** An argument that the type check knows to be a vector. */
export function vectorOf(argument: EvaluatedArgument | undefined): Vector {
  if (argument?.type !== "vector") throw new TypeError("not a vector");
  return argument.vector;
}

/** An argument that the type check knows to be a scalar, one value a step. */
export function scalarOf(argument: EvaluatedArgument | undefined): Float64Array {
  if (argument?.type !== "scalar") throw new TypeError("not a scalar");
  return argument.values;
}

/** An argument that the type check knows to be a string. */
export function stringOf(argument: EvaluatedArgument | undefined): string {
  if (argument?.type !== "string") throw new TypeError("not a string");
  return argument.value;
}
