import { type Labels, METRIC_NAME } from "../../model/labels.ts";
import type { StepSeries } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";

/** What says which metric a series is of: an operation that makes another quantity drops all of it. */
const METRIC_IDENTITY: ReadonlySet<string> = new Set([METRIC_NAME, "__type__", "__unit__"]);

export function withoutMetric(labels: Labels): Labels {
  return labels.drop(METRIC_IDENTITY);
}

/** The labels of what is computed from a series and is not its metric any more. */
export function derivedLabels(
  { labels }: Pick<StepSeries, "labels">,
  { delayedNameRemoval }: Pick<Evaluation, "delayedNameRemoval">,
): Pick<StepSeries, "labels" | "dropsName"> {
  return delayedNameRemoval
    ? { labels, dropsName: true }
    : { labels: withoutMetric(labels), dropsName: false };
}
