import { isLabelName } from "../../../model/names.ts";
import type { Aggregation } from "../../ast.ts";
import { formatG, invalidQuantile } from "../../functions/remarks.ts";
import type { Evaluation } from "../evaluation.ts";
import { QueryError } from "../query-error.ts";
import { withoutParens } from "../without-parens.ts";

/** Beyond these a number does not fit into 64 bits. */
const GREATEST = 2 ** 63 - 2 ** 10;
const LEAST = -(2 ** 63);

/**
 * Checks the parameter of all steps. False: there is no result at any.
 *
 * @throws QueryError for a count or a ratio that is NaN, and for a count that is no integer of 64 bits
 */
export function checkParameter(
  { annotations }: Evaluation,
  { operator, parameter, range }: Aggregation,
  values: Float64Array,
): boolean {
  const about = parameter?.range ?? range;
  const least = values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const greatest = values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const hasNaN = Number.isNaN(least);
  switch (operator) {
    case "topk":
    case "bottomk":
    case "limitk":
      if (greatest < 1) return false;
      if (hasNaN) throw new QueryError("execution", "Parameter value is NaN");
      if (least <= LEAST) throw outOfRange(least, "underflows");
      if (greatest >= GREATEST) throw outOfRange(greatest, "overflows");
      return true;
    case "limit_ratio": {
      if (greatest === 0 && least === 0) return false;
      if (hasNaN) throw new QueryError("execution", "Ratio value is NaN");
      const remark = (ratio: number, limit: number) =>
        `ratio value should be between -1 and 1, got ${formatG(ratio)}, capping to ${limit}`;
      if (greatest > 1) annotations.add("warning", remark(greatest, 1), about);
      if (least < -1) annotations.add("warning", remark(least, -1), about);
      return true;
    }
    case "quantile": {
      const numbers = values.filter((value) => !Number.isNaN(value));
      if (numbers.length < values.length) annotations.add("warning", invalidQuantile(Number.NaN), about);
      const [most, fewest] = [Math.max(...numbers), Math.min(...numbers)];
      if (most > 1) annotations.add("warning", invalidQuantile(most), about);
      if (fewest < 0) annotations.add("warning", invalidQuantile(fewest), about);
      return true;
    }
    default:
      return true;
  }
}

function outOfRange(value: number, how: string): QueryError {
  return new QueryError("execution", `Scalar value ${formatG(value)} ${how} int64`);
}

/** The label that count_values writes to. @throws QueryError for a name that no label may have */
export function checkLabelName({ query }: Evaluation, { parameter }: Aggregation): string {
  const literal = parameter && withoutParens(parameter);
  if (literal?.type !== "string") throw new TypeError("count_values has no label");
  const { value, range } = literal;
  if (!isLabelName(value)) {
    throw new QueryError("execution", `invalid label name ${query.slice(range.start, range.end)}`);
  }
  return value;
}
