import type { Samples } from "../../model/samples.ts";
import type { Expression, VectorSelector } from "../ast.ts";
import { withoutBuckets } from "../histograms/totals.ts";
import type { SelectedSeries } from "../storage.ts";
import { childrenOf } from "../syntax/children.ts";
import type { Evaluation } from "./evaluation.ts";

const ASK_FOR_TOTALS: ReadonlySet<string> = new Set(["histogram_count", "histogram_sum", "histogram_avg"]);
const ASK_FOR_BUCKETS: ReadonlySet<string> = new Set([
  ...["histogram_quantile", "histogram_quantiles", "histogram_fraction"],
  ...["histogram_stddev", "histogram_stdvar", "changes", "count_values"],
  ...["</", ">/", "==", "!="],
]);

/**
 * The selectors of whose histograms a query needs count and sum only, so that nothing is done with their buckets
 * (Prometheus: promql/engine.go, detectHistogramStatsDecoding). Within a subquery, which may leave samples out, the
 * buckets are needed to see a counter's reset.
 */
export function selectorsOfTotals(query: Expression): ReadonlySet<VectorSelector> {
  const found = new Set<VectorSelector>();
  const visit = (expression: Expression, within: boolean): void => {
    if (expression.type === "vectorSelector" && within) found.add(expression);
    if (expression.type === "subquery") return;
    const name = nameOf(expression);
    if (ASK_FOR_BUCKETS.has(name)) return;
    for (const child of childrenOf(expression)) visit(child, within || ASK_FOR_TOTALS.has(name));
  };
  visit(query, false);
  return found;
}

/** The samples that a selector has selected, of histograms no more than is needed. */
export function samplesFor(
  { totalsOnly }: Evaluation,
  selector: VectorSelector,
  series: SelectedSeries,
): Samples {
  const samples = series.samples();
  return totalsOnly.has(selector) ? withoutBuckets(samples) : samples;
}

function nameOf(expression: Expression): string {
  if (expression.type === "call") return expression.name;
  return expression.type === "binary" || expression.type === "aggregation" ? expression.operator : "";
}
