import type { Histogram } from "../../model/histogram.ts";
import type { AnnotationLevel } from "../annotations.ts";
import type { BinaryOperator } from "../ast.ts";
import { add, type Combination, divide, multiply, subtract } from "../histograms/arithmetic.ts";
import { compact, equals } from "../histograms/layout.ts";
import { trim } from "../histograms/trim.ts";

type Element = number | Histogram;
type Note = (level: AnnotationLevel, message: string) => void;

/**
 * An operator on two elements of which at least one is a histogram: what it makes, whether a comparison holds, or null
 * where there is no result, with a remark why.
 */
export function combineHistograms(
  operator: BinaryOperator,
  left: Element,
  right: Element,
  note: Note,
): Element | boolean | null {
  const result =
    typeof left !== "number"
      ? typeof right !== "number"
        ? ofTwo(operator, left, right, note)
        : ofHistogramAndFloat(operator, left, right)
      : operator === "*" && typeof right !== "number"
        ? compact(multiply(right, left))
        : undefined;
  if (result !== undefined) return result;
  const types = [left, right].map((element) => (typeof element === "number" ? "float" : "histogram"));
  note(
    "info",
    `incompatible sample types encountered for binary operator "${operator}": ${types.join(` ${operator} `)}`,
  );
  return null;
}

/** Undefined: the operator is not for these. */
function ofHistogramAndFloat(
  operator: BinaryOperator,
  histogram: Histogram,
  value: number,
): Histogram | undefined {
  switch (operator) {
    case "*":
      return compact(multiply(histogram, value));
    case "/":
      return compact(divide(histogram, value));
    case "</":
      return trim(histogram, value, "lower");
    case ">/":
      return trim(histogram, value, "upper");
    default:
      return undefined;
  }
}

function ofTwo(
  operator: BinaryOperator,
  left: Histogram,
  right: Histogram,
  note: Note,
): Histogram | boolean | null | undefined {
  switch (operator) {
    case "+":
      return combined(add(left, right), operator, "addition", note);
    case "-": {
      const difference = combined(subtract(left, right), operator, "subtraction", note);
      return difference && { ...difference, resetHint: "gauge" };
    }
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    default:
      return undefined;
  }
}

function combined(
  combination: Combination | null,
  operator: BinaryOperator,
  name: string,
  note: Note,
): Histogram | null {
  if (combination === null) {
    note("warning", `incompatible bucket layout encountered for binary operator ${operator}`);
    return null;
  }
  if (combination.conflictingResets) {
    note("warning", `conflicting counter resets during histogram ${name}`);
  }
  if (combination.reconciledBounds) note("info", `mismatched custom buckets were reconciled during ${name}`);
  return compact(combination.histogram);
}
