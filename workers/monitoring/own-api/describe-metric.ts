import type { MetricMetadata } from "../model/sample-batch.ts";

/** What a family's series add to its name: senders describe families. */
const SUFFIX = /_(?:bucket|count|sum|total|created|info)$/;

/**
 * What is known of a metric; that of `x` for `x_bucket`, where nothing is said of the latter itself.
 *
 * @example describer([{ metric: "x", type: "histogram", unit: "", help: "" }])("x_bucket").type // "histogram"
 */
export function describer(known: readonly MetricMetadata[]) {
  const byName = new Map(known.map((metadata) => [metadata.metric, metadata]));
  return (name: string): Omit<MetricMetadata, "metric"> => {
    const found = byName.get(name) ?? byName.get(name.replace(SUFFIX, ""));
    return { type: found?.type ?? "unknown", unit: found?.unit ?? "", help: found?.help ?? "" };
  };
}
