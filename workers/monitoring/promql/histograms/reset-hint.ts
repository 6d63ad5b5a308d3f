import type { ResetHint } from "../../model/histogram.ts";

/** What is known of a sum of two histograms; `conflict`: one begins anew and the other is known not to. */
export function combinedHint(
  left: ResetHint,
  right: ResetHint,
): { readonly hint: ResetHint; readonly conflict: boolean } {
  if (left === right) return { hint: left, conflict: false };
  if (left === "gauge" || right === "gauge") return { hint: "gauge", conflict: false };
  return { hint: "unknown", conflict: left !== "unknown" && right !== "unknown" };
}
