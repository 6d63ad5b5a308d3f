import type { Evaluation } from "./script.ts";

/** Something experimental of Prometheus that is not there. */
export interface Skip {
  readonly feature: string;
  readonly reason: string;
  /** Whether an evaluation needs the feature. */
  readonly covers: (evaluation: Evaluation) => boolean;
}

export const SKIPS: readonly Skip[] = [];
