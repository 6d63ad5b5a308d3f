import { Labels, METRIC_NAME } from "../../../model/labels.ts";
import type { Aggregation } from "../../ast.ts";

/** The labels of the group that a series belongs to: `by` keeps those named, `without` drops them and the name. */
export function grouping({
  grouping: names,
  without,
}: Pick<Aggregation, "grouping" | "without">): (labels: Labels) => Labels {
  if (without) {
    const dropped = new Set([...names, METRIC_NAME]);
    return (labels) => labels.drop(dropped);
  }
  if (names.length === 0) return () => Labels.EMPTY;
  const kept = new Set(names);
  return (labels) => labels.keep(kept);
}
