import { Labels, METRIC_NAME } from "../model/labels.ts";
import { labelFault } from "../model/names.ts";
import type { RefusalReason } from "../model/sample-batch.ts";

/**
 * The labels that a request means by its pairs, or why they are refused: sorted, without empty values, which stand for
 * absent labels.
 *
 * @param pairs name, value, name, value… in any order; null stands for what is not UTF-8
 */
export function canonicalLabels(pairs: readonly (string | null)[]): Labels | RefusalReason {
  const sorted: [name: string, value: string][] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at];
    const value = pairs[at + 1];
    if (typeof name !== "string" || name === "") return "invalid_label_name";
    if (typeof value !== "string")
      return name === METRIC_NAME ? "invalid_metric_name" : "invalid_label_value";
    sorted.push([name, value]);
  }
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.some(([name], at) => name === sorted[at - 1]?.[0])) return "duplicate_label";
  const flat = sorted.filter(([, value]) => value !== "").flat();
  return labelFault(flat) ?? new Labels(flat);
}
