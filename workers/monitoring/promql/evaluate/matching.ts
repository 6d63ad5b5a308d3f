import { type Labels, METRIC_NAME } from "../../model/labels.ts";
import type { VectorMatching } from "../ast.ts";
import { goQuote } from "../syntax/go-quote.ts";
import { withoutMetric } from "./metric-name.ts";

type MatchedOn = Pick<VectorMatching, "on" | "labels">;

/** The labels that two elements must have in common to match. */
export function matchGroup({ on, labels: names }: MatchedOn): (labels: Labels) => Labels {
  if (on) {
    const kept = new Set(names);
    return (labels) => labels.keep(kept);
  }
  const dropped = new Set([...names, METRIC_NAME]);
  return (labels) => labels.drop(dropped);
}

/**
 * The labels of what comes of an element of the "many" side and one of the "one" side, which are any two where the
 * matching is one to one (Prometheus: promql/engine.go, resultMetric).
 *
 * @param derives whether the result is of another metric
 */
export function resultLabels(
  { cardinality, on, labels: names, include }: VectorMatching,
  derives: boolean,
): (many: Labels, one: Labels) => Labels {
  const matched = new Set(names);
  return (many, one) => {
    let labels = derives ? withoutMetric(many) : many;
    if (cardinality === "one-to-one") labels = on ? labels.keep(matched) : labels.drop(matched);
    for (const name of include) labels = labels.with(name, one.get(name));
    return labels;
  };
}

/** As Prometheus writes labels in its errors: all of them in braces, the metric's name as well. */
export function labelsText(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${labelName(name)}=${goQuote(value)}`).join(", ")}}`;
}

function labelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : goQuote(name);
}
