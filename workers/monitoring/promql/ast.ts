import type { Matcher } from "../model/matcher.ts";
import type { TextRange } from "./annotations.ts";

export type ValueType = "scalar" | "string" | "vector" | "matrix";

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^"
  | "atan2"
  | "=="
  | "!="
  | ">"
  | "<"
  | ">="
  | "<="
  | "and"
  | "or"
  | "unless"
  | "</"
  | ">/";

export type AggregationOperator =
  | "sum"
  | "avg"
  | "count"
  | "min"
  | "max"
  | "group"
  | "stddev"
  | "stdvar"
  | "topk"
  | "bottomk"
  | "limitk"
  | "limit_ratio"
  | "count_values"
  | "quantile";

/** A duration that depends on the query's step and range, or is computed, such as `step() * 2`: in seconds. */
export type DurationExpression = NumberLiteral | DurationCall | DurationOperation;

export interface DurationCall {
  readonly type: "durationCall";
  readonly name: "step" | "range";
  readonly range: TextRange;
}

export interface DurationOperation {
  readonly type: "durationOperation";
  readonly operator: "+" | "-" | "*" | "/" | "%" | "^" | "min_of" | "max_of";
  /** Null: the operator is a sign. */
  readonly left: DurationExpression | null;
  readonly right: DurationExpression;
  readonly isInParens: boolean;
  readonly range: TextRange;
}

/** Where a selector or subquery looks: times and durations in milliseconds. */
export interface TimeShift {
  /** As it was written, not negated; 0 where there is none, NaN until `offsetExpression` is resolved. */
  readonly offset: number;
  readonly offsetExpression?: DurationExpression;
  /** `@ 12.5` in milliseconds, `@ start()`, `@ end()`, or nothing. */
  readonly at: number | "start" | "end" | null;
}

export interface NumberLiteral {
  readonly type: "number";
  readonly value: number;
  /** Written as a duration, such as 5m: printed as one. */
  readonly isDuration: boolean;
  readonly range: TextRange;
}

export interface StringLiteral {
  readonly type: "string";
  readonly value: string;
  readonly range: TextRange;
}

export interface VectorSelector extends TimeShift {
  readonly type: "vectorSelector";
  /** As written before the braces; null where it is not. The matchers hold it as well. */
  readonly name: string | null;
  readonly matchers: readonly Matcher[];
  /** How a range selector, or a selector by itself, treats the samples at its bounds, where it says so. */
  readonly bounds?: "anchored" | "smoothed";
  readonly range: TextRange;
}

export interface MatrixSelector {
  readonly type: "matrixSelector";
  readonly selector: VectorSelector;
  /** The window's length in milliseconds; NaN until `windowExpression` is resolved. */
  readonly window: number;
  readonly windowExpression?: DurationExpression;
  readonly range: TextRange;
}

export interface Subquery extends TimeShift {
  readonly type: "subquery";
  readonly expression: Expression;
  /** Milliseconds; NaN until `windowExpression` is resolved. */
  readonly window: number;
  readonly windowExpression?: DurationExpression;
  /** Milliseconds; null: the evaluator's default; NaN until `stepExpression` is resolved. */
  readonly step: number | null;
  readonly stepExpression?: DurationExpression;
  readonly range: TextRange;
}

export interface Aggregation {
  readonly type: "aggregation";
  readonly operator: AggregationOperator;
  readonly expression: Expression;
  readonly parameter: Expression | null;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly range: TextRange;
}

export type Cardinality = "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";

export interface VectorMatching {
  readonly cardinality: Cardinality;
  /** True: match on `labels`; false: on all but them. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels that group_left or group_right take over from the "one" side. */
  readonly include: readonly string[];
  /** What a missing left or right element is taken for, where `fill` says so. */
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}

export interface Binary {
  readonly type: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly returnsBool: boolean;
  /** Null unless both sides are vectors. */
  readonly matching: VectorMatching | null;
  readonly range: TextRange;
}

export interface Call {
  readonly type: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly range: TextRange;
}

export interface Paren {
  readonly type: "paren";
  readonly expression: Expression;
  readonly range: TextRange;
}

export interface Unary {
  readonly type: "unary";
  readonly operator: "+" | "-";
  readonly expression: Expression;
  readonly range: TextRange;
}

export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Aggregation
  | Binary
  | Call
  | Paren
  | Unary;
