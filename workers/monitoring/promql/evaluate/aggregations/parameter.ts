import { isLabelName } from "../../../model/names.ts";
import type { Aggregation } from "../../ast.ts";
import { formatG, invalidQuantile } from "../../functions/remarks.ts";
import { goQuote } from "../../syntax/go-quote.ts";
import type { Evaluation } from "../evaluation.ts";
import { QueryError } from "../query-error.ts";
import { withoutParens } from "../without-parens.ts";
import { invalidRatio } from "./remarks.ts";

/** Beyond these a number does not fit into 64 bits. */
const GREATEST = 2 ** 63 - 2 ** 10;
const LEAST = -(2 ** 63);

/**
 * Checks the parameter of all steps.
 *
 * @throws QueryError for a count or a ratio that is NaN, and for a count that is no integer of 64 bits
 */
export function checkParameter(
  { annotations }: Evaluation,
  { operator, parameter, range }: Aggregation,
  values: Float64Array,
): void {
  const about = parameter?.range ?? range;
  const numbers = values.filter((value) => !Number.isNaN(value));
  const hasNaN = numbers.length < values.length;
  const least = numbers.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const greatest = numbers.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const warn = (message: string) => annotations.add("warning", message, about);
  switch (operator) {
    case "topk":
    case "bottomk":
    case "limitk":
      if (hasNaN) throw new QueryError("execution", "Parameter value is NaN");
      if (greatest < 1) return;
      if (least <= LEAST) throw outOfRange(least, "underflows");
      if (greatest >= GREATEST) throw outOfRange(greatest, "overflows");
      return;
    case "limit_ratio":
      if (hasNaN) throw new QueryError("execution", "Ratio value is NaN");
      if (greatest > 1) warn(invalidRatio(greatest, 1));
      if (least < -1) warn(invalidRatio(least, -1));
      return;
    case "quantile":
      if (hasNaN) warn(invalidQuantile(Number.NaN));
      if (greatest > 1) warn(invalidQuantile(greatest));
      if (least < 0) warn(invalidQuantile(least));
  }
}

function outOfRange(value: number, how: string): QueryError {
  return new QueryError("execution", `Scalar value ${formatG(value)} ${how} int64`);
}

/** The label that count_values writes to. @throws QueryError for a name that no label may have */
export function checkLabelName({ parameter }: Aggregation): string {
  const literal = parameter && withoutParens(parameter);
  if (literal?.type !== "string") throw new TypeError("count_values has no label");
  if (!isLabelName(literal.value)) {
    throw new QueryError("execution", `invalid label name ${goQuote(literal.value)}`);
  }
  return literal.value;
}
