import { AppError } from "../../errors.ts";
import type { Budget } from "../promql/evaluate/budget.ts";

/** Samples are let go as soon as they are added up: not memory bounds them but time. */
const MAX_SAMPLES_READ = 50_000_000;

/**
 * Counts what a query reads, samples or buckets.
 *
 * @throws AppError `query_failed` where it is too much
 */
export function spend(budget: Budget, samples: number): void {
  budget.touch(samples);
  if (budget.touched <= MAX_SAMPLES_READ) return;
  throw new AppError("query_failed", {
    detail: `The query reads more than ${MAX_SAMPLES_READ.toLocaleString("en")} samples. Ask for fewer series or a shorter window.`,
    extensions: { limit: MAX_SAMPLES_READ },
  });
}
