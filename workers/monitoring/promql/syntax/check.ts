import { METRIC_NAME } from "../../model/labels.ts";
import type {
  Aggregation,
  Binary,
  Call,
  Expression,
  ValueType,
  VectorMatching,
  VectorSelector,
} from "../ast.ts";
import { SIGNATURES } from "../functions/signatures.ts";
import { goQuote } from "./go-quote.ts";
import type { WrittenMatchings } from "./lower.ts";
import type { Source } from "./source.ts";
import { isComparison, isSetOperator, typeName, valueType } from "./value-type.ts";

/** Whether an expression's types fit, in the order Prometheus looks at them (promql/parser/parse.go, checkAST). */
export class Check {
  readonly #source: Source;
  readonly #matchings: WrittenMatchings;

  constructor(source: Source, matchings: WrittenMatchings) {
    this.#source = source;
    this.#matchings = matchings;
  }

  /** @throws PromqlSyntaxError */
  expression(expression: Expression): ValueType {
    switch (expression.type) {
      case "aggregation":
        this.#aggregation(expression);
        break;
      case "binary":
        this.#binary(expression);
        break;
      case "call":
        this.#call(expression);
        break;
      case "paren":
        this.expression(expression.expression);
        break;
      case "unary": {
        const type = this.expression(expression.expression);
        if (type !== "scalar" && type !== "vector") {
          const allowed = "unary expression only allowed on expressions of type scalar or instant vector";
          this.#source.fail(`${allowed}, got "${typeName(type)}"`, expression.range);
        }
        break;
      }
      case "subquery": {
        const type = this.expression(expression.expression);
        if (type !== "vector")
          this.#source.fail(
            `subquery is only allowed on instant vector, got ${type} instead`,
            expression.range,
          );
        break;
      }
      case "matrixSelector":
        this.#selector(expression.selector);
        break;
      case "vectorSelector":
        this.#selector(expression);
        break;
    }
    return valueType(expression);
  }

  /** @throws PromqlSyntaxError for a selector that would take all metrics, or names two */
  #selector({ name, matchers, range }: VectorSelector): void {
    if (name === null) {
      if (matchers.every(({ matches }) => matches("")))
        this.#source.fail("vector selector must contain at least one non-empty matcher", range);
      return;
    }
    const second = matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
    if (second) {
      const names = `${goQuote(name)} or ${goQuote(second.value)}`;
      this.#source.fail(`metric name must not be set twice: ${names}`, range);
    }
  }

  #expect(expression: Expression, wanted: ValueType, context: string): void {
    const type = this.expression(expression);
    if (type !== wanted)
      this.#source.fail(
        `expected type ${typeName(wanted)} in ${context}, got ${typeName(type)}`,
        expression.range,
      );
  }

  #aggregation({ operator, expression, parameter }: Aggregation): void {
    this.#expect(expression, "vector", "aggregation expression");
    if (parameter)
      this.#expect(parameter, operator === "count_values" ? "string" : "scalar", "aggregation parameter");
  }

  #binary(binary: Binary): void {
    const { operator, left, right, returnsBool, range } = binary;
    const types = [this.expression(left), this.expression(right)];
    const fail = (problem: string) => this.#source.fail(problem, range);
    const failAtOperator = (problem: string) => this.#source.fail(problem, this.#operatorRange(binary));
    const matching = this.#matchings.get(binary);
    const areScalars = types.every((type) => type === "scalar");
    if (returnsBool && !isComparison(operator))
      failAtOperator("bool modifier can only be used on comparison operators");
    if (isComparison(operator) && !returnsBool && areScalars)
      failAtOperator("comparisons between scalars must use BOOL modifier");
    const both = matching?.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (both !== undefined)
      failAtOperator(`label ${goQuote(both)} must not occur in ON and GROUP clause at once`);
    for (const [index, side] of [left, right].entries()) {
      if (types[index] !== "scalar" && types[index] !== "vector")
        this.#source.fail("binary expression must contain only scalar and instant vector types", side.range);
    }
    const isSet = isSetOperator(operator);
    if (matching)
      this.#matching(
        matching,
        types.every((type) => type === "vector"),
        isSet ? operator : null,
        fail,
      );
    if (isSet && types.includes("scalar"))
      fail(`set operator ${goQuote(operator)} not allowed in binary scalar expression`);
  }

  #matching(
    { labels, cardinality, fillLeft, fillRight }: VectorMatching,
    areVectors: boolean,
    setOperator: string | null,
    fail: (problem: string) => never,
  ): void {
    const fills = fillLeft !== null || fillRight !== null;
    if (!areVectors) {
      if (labels.length > 0) fail("vector matching only allowed between instant vectors");
      if (fills) fail("filling in missing series only allowed between instant vectors");
    } else if (setOperator !== null) {
      if (cardinality !== "many-to-many") fail(`no grouping allowed for ${goQuote(setOperator)} operation`);
      if (fills) fail("filling in missing series not allowed for set operators");
    }
  }

  #operatorRange({ left, right }: Binary) {
    const between = this.#source.query.slice(left.range.end, right.range.start);
    const start = left.range.end + between.length - between.trimStart().length;
    return { start, end: left.range.end + between.trimEnd().length };
  }

  #call(call: Call): void {
    const signature = SIGNATURES.get(call.name);
    if (!signature) return;
    const { arguments: types, optional } = signature;
    const name = goQuote(call.name);
    this.#argumentCount(call, types.length, optional);
    for (const [index, argument] of call.arguments.entries()) {
      if (call.name === "info" && index === 1) {
        this.#infoSelector(argument, call);
        continue;
      }
      const wanted = types[Math.min(index, types.length - 1)];
      if (wanted) this.#expect(argument, wanted, `call to function ${name}`);
    }
  }

  #argumentCount({ name, arguments: { length }, range }: Call, count: number, optional: number): void {
    const fail = (wanted: string) =>
      this.#source.fail(`expected ${wanted} argument(s) in call to ${goQuote(name)}, got ${length}`, range);
    const least = optional < 0 ? count - 1 : count - optional;
    if (optional === 0 && length !== count) fail(`${count}`);
    if (length < least) fail(`at least ${least}`);
    if (optional >= 0 && length > count) fail(`at most ${count}`);
  }

  /** The second argument of info() says which labels to take over: it may leave everything open. */
  #infoSelector(argument: Expression, call: Call): void {
    const type = valueType(argument);
    if (type !== "vector")
      this.#source.fail(
        `expected type instant vector in call to function "info", got ${typeName(type)}`,
        call.range,
      );
    if (argument.type !== "vectorSelector")
      this.#source.fail("expected label selectors only", argument.range);
    else if (argument.name !== null)
      this.#source.fail("expected label selectors only, got vector selector instead", argument.range);
  }
}
