import type { ValueType } from "../ast.ts";
import type { Signature } from "./function.ts";

const VECTOR: readonly ValueType[] = ["vector"];
const MATRIX: readonly ValueType[] = ["matrix"];
const NOTHING: readonly ValueType[] = [];

/**
 * Every function of PromQL by its name (Prometheus 3: promql/parser/functions.go).
 */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  [
    ...family("vector", MATRIX, [
      ...["rate", "increase", "delta", "irate", "idelta", "deriv", "resets", "changes"],
      ...["avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time"],
      ...["last_over_time", "present_over_time", "absent_over_time", "stddev_over_time", "stdvar_over_time"],
    ]),
    signature("quantile_over_time", ["scalar", "matrix"]),
    signature("predict_linear", ["matrix", "scalar"]),
    ...family("vector", VECTOR, [
      ...["abs", "ceil", "floor", "sgn", "sqrt", "exp", "ln", "log2", "log10", "deg", "rad"],
      ...["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"],
      ...["absent", "sort", "sort_desc", "timestamp"],
      ...["histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar"],
    ]),
    ...["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"].map(
      (name) => signature(name, VECTOR, 1),
    ),
    signature("round", ["vector", "scalar"], 1),
    signature("clamp", ["vector", "scalar", "scalar"]),
    signature("clamp_min", ["vector", "scalar"]),
    signature("clamp_max", ["vector", "scalar"]),
    signature("histogram_quantile", ["scalar", "vector"]),
    signature("histogram_fraction", ["scalar", "scalar", "vector"]),
    signature("label_replace", ["vector", "string", "string", "string", "string"]),
    signature("label_join", ["vector", "string", "string", "string"], -1),
    signature("vector", ["scalar"]),
    ...family("scalar", VECTOR, ["scalar"]),
    ...family("scalar", NOTHING, ["pi", "time"]),
    ...[
      ...family("scalar", ["scalar", "scalar"], ["min_of", "max_of"]),
      ...family("scalar", NOTHING, ["start", "end", "step", "range"]),
      ...family("vector", MATRIX, ["first_over_time", "mad_over_time", "ts_of_first_over_time"]),
      ...family("vector", MATRIX, ["ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"]),
      signature("double_exponential_smoothing", ["matrix", "scalar", "scalar"]),
      signature("info", ["vector", "vector"], 1),
      signature("histogram_quantiles", ["vector", "string", ...new Array<ValueType>(10).fill("scalar")], 9),
      signature("sort_by_label", ["vector", "string"], -1),
      signature("sort_by_label_desc", ["vector", "string"], -1),
    ].map((experimental) => ({ ...experimental, isExperimental: true })),
  ].map((entry) => [entry.name, entry]),
);

function family(returns: ValueType, parameters: readonly ValueType[], names: readonly string[]): Signature[] {
  return names.map((name) => ({ ...signature(name, parameters), returns }));
}

function signature(name: string, parameters: readonly ValueType[], optional = 0): Signature {
  return { name, arguments: parameters, optional, returns: "vector", isExperimental: false };
}
