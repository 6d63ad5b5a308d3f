import type { Labels } from "../../../../../workers/monitoring/model/labels.ts";
import type { AggregationOperator, BinaryOperator } from "../../../../../workers/monitoring/promql/ast.ts";
import type { Element } from "./naive-evaluator.ts";

/** Null for what is no arithmetic. */
export function computeNaively(operator: BinaryOperator, left: number, right: number): number | null {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (operator === "/") return left / right;
  return operator === "%" ? left % right : null;
}

export function holdsNaively(operator: BinaryOperator, left: number, right: number): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (operator === ">") return left > right;
  if (operator === "<=") return left <= right;
  throw new TypeError(operator);
}

export function overTimeNaively(name: string, values: readonly number[]): number {
  if (name === "count_over_time") return values.length;
  if (name === "sum_over_time") return total(values);
  if (name === "last_over_time") return values.at(-1) ?? Number.NaN;
  return extreme(values, Math.max);
}

export function aggregateNaively(
  operator: AggregationOperator,
  parameter: number,
  labels: Labels,
  elements: readonly Element[],
): readonly Element[] {
  const values = elements.map(({ value }) => value);
  const sum = total(values);
  const mean = sum / values.length;
  const variance = total(values.map((value) => (value - mean) ** 2)) / values.length;
  switch (operator) {
    case "sum":
      return [{ labels, value: sum }];
    case "avg":
      return [{ labels, value: mean }];
    case "count":
      return [{ labels, value: values.length }];
    case "group":
      return [{ labels, value: 1 }];
    case "min":
      return [{ labels, value: extreme(values, Math.min) }];
    case "max":
      return [{ labels, value: extreme(values, Math.max) }];
    case "stdvar":
      return [{ labels, value: variance }];
    case "stddev":
      return [{ labels, value: Math.sqrt(variance) }];
    case "limitk":
      return elements.slice(0, parameter);
    case "topk":
    case "bottomk": {
      const rank = ({ value }: Element) =>
        Number.isNaN(value) ? -Infinity : operator === "topk" ? value : -value;
      return elements.toSorted((one, other) => rank(other) - rank(one) || 0).slice(0, parameter);
    }
    case "quantile": {
      const sorted = values.toSorted((one, other) =>
        Number.isNaN(one) ? -1 : Number.isNaN(other) ? 1 : one - other,
      );
      const place = parameter * (sorted.length - 1);
      const [low = Number.NaN, high = low] = sorted.slice(Math.floor(place));
      const share = place - Math.floor(place);
      return [{ labels, value: low * (1 - share) + high * share }];
    }
    default:
      throw new TypeError(operator);
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** NaN only where there is nothing else. */
function extreme(values: readonly number[], pick: (...numbers: number[]) => number): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? Number.NaN : pick(...numbers);
}
