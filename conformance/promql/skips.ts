import type { Evaluation, Load } from "./script.ts";

/** Something experimental of Prometheus that is not there. */
export interface Skip {
  readonly feature: string;
  readonly reason: string;
  /** Whether an evaluation may need the feature, given what was loaded for it. */
  readonly covers: (evaluation: Evaluation, loaded: readonly Load[]) => boolean;
}

export const SKIPS: readonly Skip[] = [
  {
    feature: "start timestamps",
    reason:
      "Prometheus keeps them only with an experimental feature of its storage; here samples have none, so rate() and its kin cannot use them",
    covers: (_, loaded) =>
      loaded.some(({ series }) => series.some(({ starts }) => starts.some((start) => start !== null))),
  },
];
