import { Labels } from "../../../../../workers/monitoring/model/labels.ts";
import type {
  Aggregation,
  Binary,
  Call,
  Expression,
  TimeShift,
  VectorMatching,
  VectorSelector,
} from "../../../../../workers/monitoring/promql/ast.ts";
import type { TestSeries } from "./memory-storage.ts";
import { aggregateNaively, computeNaively, holdsNaively, overTimeNaively } from "./naive-operators.ts";

export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

/** The query has no answer at the time that was asked for. */
export class NaiveFailure extends Error {}

/**
 * PromQL on floats, evaluated at one time after the other in the most obvious way: what the real evaluator does in
 * columns is held against it.
 */
export class NaiveEvaluator {
  readonly #series: readonly TestSeries[];
  readonly #query: { readonly start: number; readonly end: number };

  constructor(series: readonly TestSeries[], query: { readonly start: number; readonly end: number }) {
    this.#series = series;
    this.#query = query;
  }

  scalar(expression: Expression, time: number): number {
    switch (expression.type) {
      case "number":
        return expression.value;
      case "paren":
        return this.scalar(expression.expression, time);
      case "unary":
        return -this.scalar(expression.expression, time);
      case "binary": {
        const operands = [this.scalar(expression.left, time), this.scalar(expression.right, time)] as const;
        return computeNaively(expression.operator, ...operands) ?? 0;
      }
      case "call": {
        if (expression.name === "time") return time / 1000;
        const [only, ...others] = this.vector(argumentOf(expression, 0), time);
        return only && others.length === 0 ? only.value : Number.NaN;
      }
      default:
        throw new TypeError(expression.type);
    }
  }

  vector(expression: Expression, time: number): readonly Element[] {
    switch (expression.type) {
      case "vectorSelector":
        return this.#newest(expression, time).map(({ labels, value }) => ({ labels, value }));
      case "paren":
        return this.vector(expression.expression, time);
      case "unary":
        return distinct(
          this.vector(expression.expression, time).map(({ labels, value }) =>
            expression.operator === "-" ? { labels: labels.withoutName(), value: -value } : { labels, value },
          ),
        );
      case "aggregation":
        return this.#aggregate(expression, time);
      case "binary":
        return this.#combine(expression, time);
      case "call":
        return this.#call(expression, time);
      default:
        throw new TypeError(expression.type);
    }
  }

  #reference({ at, offset }: TimeShift, time: number): number {
    if (at === "start") return this.#query.start - offset;
    if (at === "end") return this.#query.end - offset;
    return (at ?? time) - offset;
  }

  #selected({ matchers }: VectorSelector): readonly TestSeries[] {
    return this.#series.filter(({ labels }) =>
      matchers.every(({ name, matches }) => matches(labels[name] ?? "")),
    );
  }

  #newest(selector: VectorSelector, time: number): readonly (Element & { readonly time: number })[] {
    const reference = this.#reference(selector, time);
    return this.#selected(selector).flatMap(({ labels, points }) => {
      const newest = points.filter(([at]) => at > reference - 300_000 && at <= reference).at(-1);
      if (newest === undefined || typeof newest[1] !== "number") return [];
      return [{ labels: Labels.of(labels), value: newest[1], time: newest[0] }];
    });
  }

  /** The values of every series in a window. */
  #windows(expression: Expression, time: number): readonly { labels: Labels; values: number[] }[] {
    if (expression.type === "matrixSelector") {
      const end = this.#reference(expression.selector, time);
      return this.#selected(expression.selector).map(({ labels, points }) => ({
        labels: Labels.of(labels),
        values: points
          .filter(([at]) => at > end - expression.window && at <= end)
          .flatMap(([, value]) => (typeof value === "number" ? [value] : [])),
      }));
    }
    if (expression.type !== "subquery") throw new TypeError(expression.type);
    const end = this.#reference(expression, time);
    const step = expression.step ?? 60_000;
    const windows = new Map<string, { labels: Labels; values: number[] }>();
    for (let at = Math.ceil((end - expression.window) / step) * step; at <= end; at += step) {
      if (at === end - expression.window) continue;
      for (const { labels, value } of this.vector(expression.expression, at)) {
        const window = windows.get(labels.key) ?? { labels, values: [] };
        window.values.push(value);
        windows.set(labels.key, window);
      }
    }
    return [...windows.values()];
  }

  #call(call: Call, time: number): readonly Element[] {
    const argument = argumentOf(call, 0);
    if (call.name === "vector") return [{ labels: Labels.EMPTY, value: this.scalar(argument, time) }];
    if (call.name === "timestamp" && argument.type === "vectorSelector") {
      return distinct(
        this.#newest(argument, time).map((element) => ({
          labels: element.labels.withoutName(),
          value: element.time / 1000,
        })),
      );
    }
    if (call.name === "abs" || call.name === "timestamp") {
      return distinct(
        this.vector(argument, time).map(({ labels, value }) => ({
          labels: labels.withoutName(),
          value: call.name === "abs" ? Math.abs(value) : time / 1000,
        })),
      );
    }
    return distinct(
      this.#windows(argument, time)
        .filter(({ values }) => values.length > 0)
        .map(({ labels, values }) => ({
          labels: call.name === "last_over_time" ? labels : labels.withoutName(),
          value: overTimeNaively(call.name, values),
        })),
    );
  }

  #aggregate(aggregation: Aggregation, time: number): readonly Element[] {
    const { operator, without, grouping, parameter } = aggregation;
    const groups = new Map<string, { labels: Labels; elements: Element[] }>();
    for (const element of this.vector(aggregation.expression, time)) {
      const labels = without
        ? element.labels.drop(new Set([...grouping, "__name__"]))
        : element.labels.keep(new Set(grouping));
      const group = groups.get(labels.key) ?? { labels, elements: [] };
      group.elements.push(element);
      groups.set(labels.key, group);
    }
    const value = parameter && parameter.type !== "string" ? this.scalar(parameter, time) : Number.NaN;
    return [...groups.values()].flatMap(({ labels, elements }) =>
      aggregateNaively(operator, value, labels, elements),
    );
  }

  #combine(node: Binary, time: number): readonly Element[] {
    if (node.matching !== null) return this.#match(node, node.matching, time);
    const scalarIsLeft =
      node.left.type === "number" || (node.left.type === "call" && node.left.name !== "vector");
    const scalar = this.scalar(scalarIsLeft ? node.left : node.right, time);
    const elements = this.vector(scalarIsLeft ? node.right : node.left, time).flatMap(({ labels, value }) => {
      const [left, right] = scalarIsLeft ? ([scalar, value] as const) : ([value, scalar] as const);
      return resultOf(node, left, right, value, labels.withoutName(), labels);
    });
    return distinct(elements);
  }

  #match(node: Binary, matching: VectorMatching, time: number): readonly Element[] {
    const left = this.vector(node.left, time);
    const right = this.vector(node.right, time);
    const named = new Set(matching.labels);
    const groupOf = ({ labels }: Element) =>
      (matching.on ? labels.keep(named) : labels.drop(named).withoutName()).key;
    const leftGroups = new Set(left.map(groupOf));
    const rightGroups = new Set(right.map(groupOf));
    if (node.operator === "and") return left.filter((element) => rightGroups.has(groupOf(element)));
    if (node.operator === "unless") return left.filter((element) => !rightGroups.has(groupOf(element)));
    if (node.operator === "or") {
      return [...left, ...right.filter((element) => !leftGroups.has(groupOf(element)))];
    }
    if (left.length === 0 || right.length === 0) return [];
    const [many, one] = matching.cardinality === "one-to-many" ? [right, left] : [left, right];
    if (new Set(one.map(groupOf)).size < one.length) throw new NaiveFailure("duplicates");
    const isOneToOne = matching.cardinality === "one-to-one";
    const claimed = new Set<string>();
    const elements = many.flatMap((element) => {
      const match = one.find((other) => groupOf(other) === groupOf(element));
      if (match === undefined) return [];
      const [first, second] = matching.cardinality === "one-to-many" ? [match, element] : [element, match];
      const labelsFrom = (labels: Labels) => {
        if (isOneToOne) return matching.on ? labels.keep(named) : labels.drop(named);
        return matching.include.reduce((all, name) => all.with(name, match.labels.get(name)), labels);
      };
      const [derived, kept] = [labelsFrom(element.labels.withoutName()), labelsFrom(element.labels)];
      const drops = node.returnsBool || computeNaively(node.operator, 0, 0) !== null;
      const claim = `${groupOf(element)}\n${isOneToOne ? "" : (drops ? derived : kept).key}`;
      if (claimed.has(claim)) throw new NaiveFailure("several matches");
      claimed.add(claim);
      return resultOf(node, first.value, second.value, first.value, derived, kept);
    });
    return distinct(elements);
  }
}

function argumentOf(call: Call, index: number): Expression {
  const argument = call.arguments[index];
  if (argument === undefined) throw new TypeError(`${call.name} has no argument ${index}`);
  return argument.type === "paren" ? argument.expression : argument;
}

function resultOf(
  { operator, returnsBool }: Binary,
  left: number,
  right: number,
  value: number,
  derived: Labels,
  kept: Labels,
): Element[] {
  const computed = computeNaively(operator, left, right);
  if (computed !== null) return [{ labels: derived, value: computed }];
  const holds = holdsNaively(operator, left, right);
  if (returnsBool) return [{ labels: derived, value: holds ? 1 : 0 }];
  return holds ? [{ labels: kept, value }] : [];
}

function distinct(elements: readonly Element[]): readonly Element[] {
  if (new Set(elements.map(({ labels }) => labels.key)).size < elements.length) {
    throw new NaiveFailure("two elements with the same labels");
  }
  return elements;
}
