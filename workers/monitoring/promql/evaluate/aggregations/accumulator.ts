import type { AnnotationLevel } from "../../annotations.ts";
import type { StepSeries } from "../../values.ts";

/** What one group has come to at each step; its series are added one after the other and let go. */
export interface Accumulator {
  add(series: StepSeries): void;
  /** Writes the results; steps that had no element stay absent. */
  finish(result: StepSeries): void;
}

/** What accumulators may need to know. */
export interface AccumulatorContext {
  readonly steps: number;
  /** The parameter at each step; none for most. */
  readonly parameter: Float64Array | null;
  /** A remark about what is aggregated. */
  note(level: AnnotationLevel, message: string): void;
}
