import { Annotations } from "../annotations.ts";
import type { Expression } from "../ast.ts";
import type { SampleStorage } from "../storage.ts";
import { parse } from "../syntax/parse.ts";
import { type DurationContext, DurationError, resolveDurations } from "../syntax/resolve-durations.ts";
import { PromqlSyntaxError } from "../syntax/syntax-error.ts";
import { valueType } from "../syntax/value-type.ts";
import { Budget, type BudgetOptions } from "./budget.ts";
import type { Evaluation } from "./evaluation.ts";
import { newEvaluation } from "./evaluator.ts";
import { QueryError } from "./query-error.ts";
import { type MatrixResult, matrixOf, type QueryValue, rangeOf, vectorOf } from "./result.ts";
import { oneStep } from "./steps.ts";
import { selectorsOfTotals } from "./totals-only.ts";
import { withoutParens } from "./without-parens.ts";

export interface QueryOptions extends Partial<BudgetOptions> {
  readonly query: string;
  /** Of the query, where it has been parsed already. */
  readonly expression?: Expression;
  readonly storage: SampleStorage;
  /** How old a sample may be to count as the newest, in milliseconds; 5 minutes if not given. */
  readonly lookbackDelta?: number;
  /** The step of a subquery that names none, in milliseconds; 1 minute if not given. */
  readonly subqueryStep?: number;
  /** Keeps the metrics' names until the query ends, so that label_replace sees them; Prometheus' default is false. */
  readonly delayedNameRemoval?: boolean;
}

export interface InstantQueryOptions extends QueryOptions {
  /** Milliseconds since 1970. */
  readonly time: number;
}

interface RangeQueryOptions extends QueryOptions {
  /** Milliseconds since 1970; the end is included. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds. */
  readonly step: number;
}

/** What a query came to, and what it took. */
export interface QueryOutcome<Value = QueryValue> {
  readonly value: Value;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly statistics: {
    /** Samples that were looked at, each as often as it was. */
    readonly samplesTouched: number;
    /** The most samples in memory at once. */
    readonly peakSamples: number;
  };
}

const LOOKBACK_DELTA = 5 * 60_000;
const SUBQUERY_STEP = 60_000;
const MAX_SAMPLES = 50_000_000;

/**
 * Evaluates a query at one time.
 *
 * @example (await instantQuery({ query: "sum(up)", storage, time: Date.now() })).value
 * @throws PromqlSyntaxError, QueryError, and whatever the storage throws
 */
export async function instantQuery(options: InstantQueryOptions): Promise<QueryOutcome> {
  const { time } = options;
  const steps = oneStep(time);
  return evaluateQuery(options, { start: time, end: time, step: 0 }, async (evaluation, expression) => {
    switch (valueType(expression)) {
      case "scalar": {
        const [value = Number.NaN] = await evaluation.scalar(expression, steps);
        return { type: "scalar", time, value };
      }
      case "string": {
        const literal = withoutParens(expression);
        return { type: "string", time, value: literal.type === "string" ? literal.value : "" };
      }
      case "vector":
        return vectorOf(evaluation, expression, steps);
      case "matrix":
        return matrixOf(evaluation, withoutParens(expression), steps);
    }
  });
}

/**
 * Evaluates a query at every step from `start` to `end`. The value of a scalar query is a series without labels.
 *
 * @throws PromqlSyntaxError, QueryError, and whatever the storage throws
 */
export async function rangeQuery(options: RangeQueryOptions): Promise<QueryOutcome<MatrixResult>> {
  const { start, end, step } = options;
  const steps = { start, step, count: Math.max(0, Math.floor((end - start) / step) + 1) };
  return evaluateQuery(options, options, (evaluation, expression) => {
    const type = valueType(expression);
    if (type === "scalar" || type === "vector")
      return rangeOf(evaluation, expression, steps, type === "scalar");
    const name = type === "matrix" ? "range vector" : type;
    throw new QueryError(
      "bad_data",
      `invalid expression type "${name}" for range query, must be Scalar or instant Vector`,
    );
  });
}

async function evaluateQuery<Value>(
  options: QueryOptions,
  { start, end, step }: Pick<RangeQueryOptions, "start" | "end" | "step">,
  evaluate: (evaluation: Evaluation, expression: Expression) => Promise<Value>,
): Promise<QueryOutcome<Value>> {
  const annotations = new Annotations(options.query);
  const budget = new Budget({
    maxSamples: options.maxSamples ?? MAX_SAMPLES,
    deadline: options.deadline ?? null,
    now: options.now ?? Date.now,
    signal: options.signal ?? null,
    yieldToOthers: options.yieldToOthers ?? (async () => {}),
  });
  const expression = resolved(options, { step, range: end - start });
  const evaluation = newEvaluation({
    storage: options.storage,
    annotations,
    budget,
    lookbackDelta: options.lookbackDelta ?? LOOKBACK_DELTA,
    subqueryStep: options.subqueryStep ?? SUBQUERY_STEP,
    delayedNameRemoval: options.delayedNameRemoval ?? false,
    totalsOnly: selectorsOfTotals(expression),
    queryStart: start,
    queryEnd: end,
    queryStep: step,
  });
  await budget.checkpoint();
  const value = await evaluate(evaluation, expression);
  return {
    value,
    warnings: annotations.warnings,
    infos: annotations.infos,
    statistics: { samplesTouched: budget.touched, peakSamples: budget.peak },
  };
}

/** The expression with its computed durations filled in. @throws QueryError where one of them is none */
function resolved({ query, expression = parse(query) }: QueryOptions, context: DurationContext): Expression {
  try {
    return resolveDurations(expression, context);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new QueryError("bad_data", new PromqlSyntaxError(error.message, error.range, query).message);
  }
}
