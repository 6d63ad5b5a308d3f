import type { StepSeries, Vector } from "../values.ts";
import { hasValues } from "./step-series.ts";

/** Each series made another, without those that have no values then. */
export async function* mapSeries(
  vector: Vector,
  map: (series: StepSeries) => StepSeries,
): AsyncGenerator<readonly StepSeries[]> {
  for await (const batch of vector) {
    const mapped = batch.map(map).filter(hasValues);
    if (mapped.length > 0) yield mapped;
  }
}
