import type { SyntaxNode } from "@lezer/common";
import type {
  AggregationOperator,
  Binary,
  BinaryOperator,
  Cardinality,
  Expression,
  VectorMatching,
} from "../ast.ts";
import { SIGNATURES } from "../functions/signatures.ts";
import { goQuote } from "./go-quote.ts";
import { unquote } from "./literals.ts";
import { lowerDuration, lowerNumber } from "./lower-durations.ts";
import { lowerSuffix } from "./lower-modifiers.ts";
import { lowerLabelNames, lowerMatcher, lowerSelector } from "./lower-selectors.ts";
import { type Builder, buildExpression } from "./operators.ts";
import type { Source } from "./source.ts";
import { isSetOperator, valueType } from "./value-type.ts";

/** The matching that a query writes, also where one side is a scalar and the tree therefore holds none. */
export type WrittenMatchings = WeakMap<Binary, VectorMatching>;

const WITH_PARAMETER: ReadonlySet<string> = new Set([
  "topk",
  "bottomk",
  "limitk",
  "limit_ratio",
  "count_values",
  "quantile",
]);

/** Turns the parser's tree into ours. Not yet known of the result: whether its types fit. */
export class Lowering {
  readonly matchings: WrittenMatchings = new WeakMap();
  readonly #source: Source;
  readonly #builder: Builder<Expression> = {
    operand: (node) => this.#operand(node),
    sign: (node, operand) => this.#sign(node, operand),
    suffix: (node, operand) => lowerSuffix(this.#source, node, operand),
    operator: (node, left, right) => this.#binary(node, left, right),
    operatorOf: (node) => this.#operatorOf(node),
    isSigned: (node) => node.name === "NumberDurationLiteral" && this.#source.token(node).kind === "operator",
  };

  constructor(source: Source) {
    this.#source = source;
  }

  expression(node: SyntaxNode): Expression {
    return buildExpression(node, this.#builder);
  }

  /** Looks for faults in what may be a part of an expression and need not be a whole one. @throws PromqlSyntaxError */
  part(node: SyntaxNode): void {
    if (node.type.is("Expr")) this.expression(node);
    else if (node.name === "DurationExpr") lowerDuration(this.#source, node);
    else if (node.name.endsWith("LabelMatcher")) lowerMatcher(this.#source, node);
  }

  #operand(node: SyntaxNode): Expression {
    const range = { start: node.from, end: node.to };
    switch (node.name) {
      case "NumberDurationLiteral":
        return lowerNumber(this.#source, this.#source.token(node, this.#builder.isSigned(node) ? 1 : 0));
      case "StringLiteral":
        return { type: "string", value: unquote(this.#source.token(node).text), range };
      case "VectorSelector":
        return lowerSelector(this.#source, node);
      case "AggregateExpr":
        return this.#aggregation(node);
      case "FunctionCall":
        return this.#call(node);
      case "ParenExpr": {
        const inner = node.firstChild;
        if (inner) return { type: "paren", expression: this.expression(inner), range };
      }
    }
    return this.#source.failAt(node.from);
  }

  #sign(node: SyntaxNode, expression: Expression): Expression {
    const operator = this.#source.token(node).text === "-" ? "-" : "+";
    const range = { start: node.from, end: expression.range.end };
    if (expression.type !== "number") return { type: "unary", operator, expression, range };
    return { ...expression, value: operator === "-" ? -expression.value : expression.value, range };
  }

  #call(node: SyntaxNode): Expression {
    const name = this.#source.token(node);
    const args = this.#arguments(node);
    if (!SIGNATURES.has(name.text))
      this.#source.fail(`unknown function with name ${goQuote(name.text)}`, name);
    return { type: "call", name: name.text, arguments: args, range: { start: node.from, end: node.to } };
  }

  #aggregation(node: SyntaxNode): Expression {
    const range = { start: node.from, end: node.to };
    const operator = this.#source.token(node).text.toLowerCase() as AggregationOperator;
    const modifier = node.getChild("AggregateModifier");
    const args = this.#arguments(node);
    const grouping = lowerLabelNames(this.#source, modifier?.getChild("GroupingLabels") ?? null);
    const wanted = WITH_PARAMETER.has(operator) ? 2 : 1;
    const expression = args[wanted - 1];
    if (args.length === 0) this.#source.fail("no arguments for aggregate expression provided", range);
    if (expression === undefined || args.length !== wanted) {
      const counts = `expected ${wanted}, got ${args.length}`;
      return this.#source.fail(
        `wrong number of arguments for aggregate expression provided, ${counts}`,
        range,
      );
    }
    const parameter = wanted === 2 ? (args[0] ?? null) : null;
    const without = modifier?.getChild("Without") != null;
    return { type: "aggregation", operator, expression, parameter, grouping, without, range };
  }

  #arguments(node: SyntaxNode): Expression[] {
    const nodes = node.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
    return nodes.map((argument) => this.expression(argument));
  }

  #binary(node: SyntaxNode, left: Expression, right: Expression): Binary {
    const operator = this.#operatorOf(node);
    const matching = this.#matching(node, isSetOperator(operator));
    const areVectors = valueType(left) === "vector" && valueType(right) === "vector";
    const binary: Binary = {
      type: "binary",
      operator,
      left,
      right,
      returnsBool: node.getChild("BoolModifier") !== null,
      matching: areVectors ? matching : null,
      range: { start: left.range.start, end: right.range.end },
    };
    this.matchings.set(binary, matching);
    return binary;
  }

  #operatorOf(node: SyntaxNode): BinaryOperator {
    const sign = node.firstChild?.nextSibling ?? node;
    return this.#source.token(sign).text.toLowerCase() as BinaryOperator;
  }

  #matching(node: SyntaxNode, isSet: boolean): VectorMatching {
    const clause = node.getChild("MatchingModifierClause");
    const [labels = null, include = null] = clause?.getChildren("GroupingLabels") ?? [];
    let cardinality: Cardinality = isSet ? "many-to-many" : "one-to-one";
    if (clause?.getChild("GroupLeft")) cardinality = "many-to-one";
    if (clause?.getChild("GroupRight")) cardinality = "one-to-many";
    const fill = node.getChild("FillModifier");
    return {
      cardinality,
      on: clause?.getChild("On") != null,
      labels: lowerLabelNames(this.#source, labels),
      include: lowerLabelNames(this.#source, include),
      fillLeft: this.#fill(fill, "FillLeftClause"),
      fillRight: this.#fill(fill, "FillRightClause"),
    };
  }

  #fill(node: SyntaxNode | null, side: string): number | null {
    const literal = (node?.getChild("FillClause") ?? node?.getChild(side))?.getChild("NumberDurationLiteral");
    if (!literal) return null;
    const { value } = lowerNumber(
      this.#source,
      this.#source.token(literal, this.#builder.isSigned(literal) ? 1 : 0),
    );
    return this.#source.token(literal).text === "-" ? -value : value;
  }
}
