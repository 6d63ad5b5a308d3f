import type { TextRange } from "../annotations.ts";
import type { DurationExpression, DurationOperation, Expression } from "../ast.ts";
import { withChildren } from "./children.ts";
import { isOutOfRange } from "./durations.ts";

/** What a duration may depend on, in milliseconds: the query's step, and its end less its start. */
export interface DurationContext {
  readonly step: number;
  readonly range: number;
}

/** A duration that is none once it is computed. */
export class DurationError extends Error {
  override readonly name = "DurationError";
  readonly range: TextRange;

  constructor(message: string, range: TextRange) {
    super(message);
    this.range = range;
  }
}

/**
 * The expression with every computed duration, such as `[step() * 2]`, replaced by what it is (promql/durations.go).
 *
 * @throws DurationError
 */
export function resolveDurations(expression: Expression, context: DurationContext): Expression {
  const inner = withChildren(expression, (child) => resolveDurations(child, context));
  switch (inner.type) {
    case "vectorSelector": {
      if (!inner.offsetExpression) return inner;
      const { offsetExpression, ...rest } = inner;
      return { ...rest, offset: milliseconds(offsetExpression, context) };
    }
    case "matrixSelector": {
      if (!inner.windowExpression) return inner;
      const { windowExpression, ...rest } = inner;
      return { ...rest, window: positive(windowExpression, context) };
    }
    case "subquery": {
      const { offsetExpression, windowExpression, stepExpression, ...rest } = inner;
      if (!offsetExpression && !windowExpression && !stepExpression) return inner;
      return {
        ...rest,
        offset: offsetExpression ? milliseconds(offsetExpression, context) : rest.offset,
        window: windowExpression ? positive(windowExpression, context) : rest.window,
        step: stepExpression ? positive(stepExpression, context) : rest.step,
      };
    }
    default:
      return inner;
  }
}

function positive(duration: DurationExpression, context: DurationContext): number {
  const value = milliseconds(duration, context);
  if (!(value > 0)) throw new DurationError("duration must be greater than 0", duration.range);
  return value;
}

function milliseconds(duration: DurationExpression, context: DurationContext): number {
  const value = seconds(duration, context);
  if (Number.isNaN(value) || isOutOfRange(value))
    throw new DurationError("duration is out of range", duration.range);
  return Math.trunc(value * 1000);
}

function seconds(duration: DurationExpression, context: DurationContext): number {
  switch (duration.type) {
    case "number":
      return duration.value;
    case "durationCall":
      return context[duration.name] / 1000;
    case "durationOperation": {
      const right = seconds(duration.right, context);
      return duration.left === null ? -right : operate(duration, seconds(duration.left, context), right);
    }
  }
}

function operate({ operator, range }: DurationOperation, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw new DurationError("division by zero", range);
      return left / right;
    case "%":
      if (right === 0) throw new DurationError("modulo by zero", range);
      return left % right;
    case "^":
      return left ** right;
    case "min_of":
      return Math.min(left, right);
    case "max_of":
      return Math.max(left, right);
  }
}
